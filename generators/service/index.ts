import Generator from 'yeoman-generator';
import { door } from '../door.ts';

/** `yo nix-python-container:service` */
export default door(Generator, 'service');
