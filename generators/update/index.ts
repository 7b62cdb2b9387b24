import Generator from 'yeoman-generator';
import { yeomanGenerator } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:update` */
export default yeomanGenerator(Generator, 'update');
