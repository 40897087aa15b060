/** Start data of programs: arguments, environment, auxiliary vector. */
export { type AuxiliaryVector, findAuxiliaryVector } from "./auxiliary-vector.js";
export { type ListedEnvironment, type ListedVector, listEnvironments, listVectors, type VectorEntry } from "./list.js";
export { argumentsOf, environmentOf, type Missing, type Strings } from "./strings.js";
