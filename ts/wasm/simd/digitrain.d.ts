/* tslint:disable */
/* eslint-disable */
/**
 * The distribution that weights start from; a truncated normal one takes a standard deviation.
 */

export type Initialization = "truncated-normal" | "he";
/**
 * What a network is trained to make small.
 */

export type Loss = "mse" | "cross-entropy";
/**
 * What turns the last layer's sums into scores.
 */

export type OutputActivation = "linear" | "relu";

/** How a network is trained. */
export interface TrainerOptions {
    loss: Loss;
    batchSize: number;
    learningRate: number;
    schedule: Schedule;
    /** The number of steps of the whole run, which the schedule spans. */
    totalSteps: number;
    optimizer: Optimizer;
    /** Adam ignores it. */
    momentum: number;
    weightDecay: number;
    /** The fraction of the hidden layers' outputs that are dropped, from 0 to less than 1. */
    dropout: number;
    /** Decides, with the step, what is dropped, and with the epoch, how images are changed. */
    seed: number;
    /** Each epoch changes the images anew. */
    augment?: AugmentOptions | undefined;
}

/** How much images may change, at most. */
export interface AugmentOptions {
    /** Of an image, in pixels. */
    width: number;
    rotation: number;
    scale: number;
    shear: number;
    shift: number;
    elastic: number;
    thickness: number;
}



/**
 * Examples, kept as compressed rows.
 */
export class CompressedExamples {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Adds examples of 8-bit pixels, which count as `pixel / 255`.
     */
    appendPixels(pixels: Uint8Array | number[], labels: Uint16Array | number[]): void;
    /**
     * Adds examples of float32, used as they are.
     */
    appendValues(values: Float32Array | number[], labels: Uint16Array | number[]): void;
    /**
     * The images from `start` to `end`, of so many pixels a row, as an epoch sees them that changes images by these amounts.
     */
    augmented(augment: AugmentOptions, seed: number, epoch: number, start: number, end: number): Float32Array;
    /**
     * An empty set that is going to hold `expected` examples of `inputs` numbers in `classes` classes.
     */
    constructor(inputs: number, classes: number, expected: number);
    /**
     * The number of examples.
     */
    readonly length: number;
}

/**
 * How much the core can take.
 */
export class Limits {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    readonly MAX_BATCH_SIZE: number;
    readonly MAX_LAYER_SIZE: number;
    readonly MAX_THREADS: number;
    readonly PANEL_WIDTH: number;
}

/**
 * A multilayer perceptron.
 */
export class Network {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Adds the losses of the examples from `start` on, one for each of `predicted`, to `sum`, and returns it. `predicted`
     * gets their classes.
     */
    evaluate(examples: CompressedExamples, start: number, loss: Loss, predicted: Uint16Array, sum: number, team: Team): number;
    /**
     * A network of given parameters: of each layer the weights `[inputs, outputs]` row by row, then the biases.
     */
    static fromParameters(layers: Uint32Array | number[], output_activation: OutputActivation, parameters: Float32Array | number[]): Network;
    /**
     * The parameters, in the order that `fromParameters` takes.
     */
    parameters(): Float32Array;
    /**
     * The scores of the examples from `start` to `end`, row by row.
     */
    predict(examples: CompressedExamples, start: number, end: number, team: Team): Float32Array;
    /**
     * A network of random weights. `layers`: the inputs first, the classes last.
     */
    static random(layers: Uint32Array | number[], output_activation: OutputActivation, seed: bigint, initialization: Initialization, standard_deviation: number): Network;
}

/**
 * The threads that share a run's work: the caller and its workers.
 */
export class Team {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Adds a worker, whose thread must be in `runWorker` or on its way there.
     */
    add(worker: TeamWorker): void;
    /**
     * The caller alone.
     */
    constructor();
}

/**
 * A worker's side of its teams.
 */
export class TeamWorker {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * What the thread that shares this memory hands to `runWorker`. The memory there is never freed.
     */
    address(): number;
    constructor();
    /**
     * Whether the thread has failed, or didn't finish its work in time.
     */
    readonly hasFailed: boolean;
}

/**
 * A run that trains a network.
 */
export class Trainer {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Begins an epoch over `examples` examples: as they are stored, or shuffled by a seed and the epoch's number. Its
     * first `done` steps count as done.
     */
    beginEpoch(examples: number, epoch: number, shuffle_seed: bigint | null | undefined, done: number): void;
    /**
     * One of the moments, counted from 0: one number a parameter and in their order.
     */
    moment(number: number): Float32Array;
    constructor(network: Network, options: TrainerOptions);
    /**
     * Runs the epoch's next steps, at most `losses.length`, and writes each batch's loss before its update. Returns how
     * many were run: fewer when the epoch ends, or after a loss that isn't finite.
     */
    run(network: Network, examples: CompressedExamples, losses: Float32Array, team: Team): number;
    /**
     * Continues with a moment of another run, given as the parameters of a network.
     */
    setMoment(number: number, moment: Network): void;
    /**
     * How many moments the optimizer has: momentum one, Adam two, which are the means of the gradients and of their squares.
     */
    readonly momentCount: number;
}

/**
 * Tells a worker's teams that its thread has failed.
 *
 * # Safety
 * As for [`run_worker`].
 */
export function failWorker(address: number): void;

/**
 * How much the core can take, for scripts/build-wasm to write down.
 */
export function limits(): Limits;

/**
 * Does the work of a worker's teams on the calling thread. It doesn't return.
 *
 * # Safety
 * `address` must come from [`TeamWorker::address`] in the same memory.
 */
export function runWorker(address: number): void;

/**
 * Writes the digits of a stream from number `first` on: 784 pixels and a label each.
 */
export function writeDigits(stream: bigint, first: number, pixels: Uint8Array, labels: Uint8Array): void;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_compressedexamples_free: (a: number, b: number) => void;
    readonly __wbg_get_limits_MAX_BATCH_SIZE: (a: number) => number;
    readonly __wbg_get_limits_MAX_LAYER_SIZE: (a: number) => number;
    readonly __wbg_get_limits_MAX_THREADS: (a: number) => number;
    readonly __wbg_get_limits_PANEL_WIDTH: (a: number) => number;
    readonly __wbg_limits_free: (a: number, b: number) => void;
    readonly __wbg_network_free: (a: number, b: number) => void;
    readonly __wbg_team_free: (a: number, b: number) => void;
    readonly __wbg_teamworker_free: (a: number, b: number) => void;
    readonly __wbg_trainer_free: (a: number, b: number) => void;
    readonly compressedexamples_appendPixels: (a: number, b: number, c: number, d: number, e: number) => [number, number];
    readonly compressedexamples_appendValues: (a: number, b: number, c: number, d: number, e: number) => [number, number];
    readonly compressedexamples_augmented: (a: number, b: any, c: number, d: number, e: number, f: number) => [number, number, number, number];
    readonly compressedexamples_length: (a: number) => number;
    readonly compressedexamples_new: (a: number, b: number, c: number) => [number, number, number];
    readonly failWorker: (a: number) => void;
    readonly limits: () => number;
    readonly network_evaluate: (a: number, b: number, c: number, d: number, e: number, f: number, g: any, h: number, i: number) => [number, number, number];
    readonly network_fromParameters: (a: number, b: number, c: number, d: number, e: number) => [number, number, number];
    readonly network_parameters: (a: number) => [number, number];
    readonly network_predict: (a: number, b: number, c: number, d: number, e: number) => [number, number, number, number];
    readonly network_random: (a: number, b: number, c: number, d: bigint, e: number, f: number) => [number, number, number];
    readonly runWorker: (a: number) => void;
    readonly team_add: (a: number, b: number) => void;
    readonly team_new: () => number;
    readonly teamworker_address: (a: number) => number;
    readonly teamworker_hasFailed: (a: number) => number;
    readonly teamworker_new: () => number;
    readonly trainer_beginEpoch: (a: number, b: number, c: number, d: number, e: bigint, f: number) => void;
    readonly trainer_moment: (a: number, b: number) => [number, number, number, number];
    readonly trainer_momentCount: (a: number) => number;
    readonly trainer_new: (a: number, b: any) => [number, number, number];
    readonly trainer_run: (a: number, b: number, c: number, d: number, e: number, f: any, g: number) => [number, number, number];
    readonly trainer_setMoment: (a: number, b: number, c: number) => [number, number];
    readonly writeDigits: (a: bigint, b: number, c: number, d: number, e: any, f: number, g: number, h: any) => void;
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __externref_table_dealloc: (a: number) => void;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
