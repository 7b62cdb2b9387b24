import { door } from '../door.ts';

/** `yo nix-python-container:build` */
export default door('build');
