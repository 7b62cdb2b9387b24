import Generator from 'yeoman-generator';
import { yeomanGenerator } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:build` */
export default yeomanGenerator(Generator, 'build');
