import Generator from 'yeoman-generator';
import { door } from '../door.ts';

/** `yo nix-python-container:add` */
export default door(Generator, 'add');
