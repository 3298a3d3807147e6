/** The refiner's prompts, for callers that may not reach the layer that they live in. */
export { defaultPrompts, type Prompts } from '../../../refiner/prompts';
