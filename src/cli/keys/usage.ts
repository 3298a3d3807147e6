/** Shared by what goes on with a run. */
export const placeUsage = `\
  --base-url URL       where the models are now; as before unless told. --actor-base-url and
                       --refiner-base-url for one of them; several times for several endpoints
  --trust              send keys to the addresses in the run's settings.json, and add to its dataset,
                       now and later; follow links in its folder, now. Without it keys go to addresses
                       given here, and to those of runs that were begun at your terminal. Keys are
                       those of spar run
`;
