import { door } from '../door.ts';

/** `yo nix-python-container:service` */
export default door('service');
