import Generator from 'yeoman-generator';
import { yeomanGenerator } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:add` */
export default yeomanGenerator(Generator, 'add');
