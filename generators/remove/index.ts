import Generator from 'yeoman-generator';
import { door } from '../door.ts';

/** `yo nix-python-container:remove` */
export default door(Generator, 'remove');
