import { door } from '../door.ts';

/** `yo nix-python-container:ci` */
export default door('ci');
