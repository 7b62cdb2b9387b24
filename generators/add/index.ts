import Generator from 'yeoman-generator';
import { door } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:add` */
export default door(Generator, 'add');
