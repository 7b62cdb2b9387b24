import { door } from '../door.ts';

/** `yo nix-python-container:update` */
export default door('update');
