import { door } from '../door.ts';

/** `yo nix-python-container` */
export default door('new');
