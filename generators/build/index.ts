import Generator from 'yeoman-generator';
import { door } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:build` */
export default door(Generator, 'build');
