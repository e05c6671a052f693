// The same random cases in every run, so that a change alone can make a run fail; FC_SEED=<number> tries others.
import fc from "fast-check";

const SEED = 20_261_125;

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env["FC_SEED"] ?? SEED) });
