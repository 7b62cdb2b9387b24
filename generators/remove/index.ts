import Generator from 'yeoman-generator';
import { door } from '../../src/yeoman/generator.ts';

/** `yo nix-python-container:remove` */
export default door(Generator, 'remove');
