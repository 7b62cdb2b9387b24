import Generator from 'yeoman-generator';
import { yeomanGenerator } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:doctor` */
export default yeomanGenerator(Generator, 'doctor');
