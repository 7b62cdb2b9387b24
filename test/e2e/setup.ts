import { emptyLogs, leave, provision, tidy } from './host.ts';
import { stopBazel } from './project.ts';

let failed = false;

// Mocha's hooks around all files.
export const mochaHooks: Mocha.RootHookObject = {
  beforeAll(this: Mocha.Context) {
    this.timeout(900_000);
    provision();
  },
  afterEach(this: Mocha.Context) {
    if (this.currentTest?.state === 'failed') failed = true;
    else if (!failed) emptyLogs();
  },
  async afterAll() {
    await stopBazel();
    leave();
    // What failed can be looked at: the projects stay.
    if (!failed) tidy();
  },
};
