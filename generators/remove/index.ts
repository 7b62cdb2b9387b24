import { door } from '../door.ts';

/** `yo nix-python-container:remove` */
export default door('remove');
