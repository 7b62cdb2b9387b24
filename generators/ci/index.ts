import Generator from 'yeoman-generator';
import { door } from '../door.ts';

/** `yo nix-python-container:ci` */
export default door(Generator, 'ci');
