import Generator from 'yeoman-generator';
import { door } from '../door.ts';

/** `yo nix-python-container:doctor` */
export default door(Generator, 'doctor');
