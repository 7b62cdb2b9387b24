import Generator from 'yeoman-generator';
import { door } from '../door.ts';

/** `yo nix-python-container:build` */
export default door(Generator, 'build');
