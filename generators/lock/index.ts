import Generator from 'yeoman-generator';
import { yeomanGenerator } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:lock` */
export default yeomanGenerator(Generator, 'lock');
