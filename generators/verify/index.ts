import Generator from 'yeoman-generator';
import { yeomanGenerator } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:verify` */
export default yeomanGenerator(Generator, 'verify');
