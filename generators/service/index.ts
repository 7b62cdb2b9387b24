import Generator from 'yeoman-generator';
import { door } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:service` */
export default door(Generator, 'service');
