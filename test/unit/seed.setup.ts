import { configureGlobal } from 'fast-check';

// One seed for all property tests, so that the same commit passes or fails the same everywhere; new ground
// is searched with SPAR_SEED=random (or a number), see CONTRIBUTING.md.
const asked = process.env['SPAR_SEED'];
if (asked !== 'random') configureGlobal({ seed: asked === undefined ? 20_241_211 : Number(asked) });
