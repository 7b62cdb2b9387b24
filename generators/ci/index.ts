import Generator from 'yeoman-generator';
import { door } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:ci` */
export default door(Generator, 'ci');
