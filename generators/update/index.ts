import Generator from 'yeoman-generator';
import { door } from '../door.ts';

/** `yo nix-python-container:update` */
export default door(Generator, 'update');
