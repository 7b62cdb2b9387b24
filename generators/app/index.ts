import Generator from 'yeoman-generator';
import { door } from '../door.ts';

/** `yo nix-python-container` */
export default door(Generator, 'new');
