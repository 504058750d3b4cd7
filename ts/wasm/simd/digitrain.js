/* @ts-self-types="./digitrain.d.ts" */

/**
 * Examples, kept as compressed rows.
 */
export class CompressedExamples {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        CompressedExamplesFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_compressedexamples_free(ptr, 0);
    }
    /**
     * Adds examples of 8-bit pixels, which count as `pixel / 255`.
     * @param {Uint8Array | number[]} pixels
     * @param {Uint16Array | number[]} labels
     */
    appendPixels(pixels, labels) {
        let ptr0, len0, ptr1, len1;
        try {
            ptr0 = passArray8ToWasm0(pixels, wasm.__wbindgen_malloc);
            len0 = WASM_VECTOR_LEN;
            ptr1 = passArray16ToWasm0(labels, wasm.__wbindgen_malloc);
            len1 = WASM_VECTOR_LEN;
        } catch (e) {
            if (ptr1) { wasm.__wbindgen_free(ptr1, len1 * 2, 2); }
            if (ptr0) { wasm.__wbindgen_free(ptr0, len0 * 1, 1); }
            throw e;
        }
        const ret = wasm.compressedexamples_appendPixels(this.__wbg_ptr, ptr0, len0, ptr1, len1);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Adds examples of float32, used as they are.
     * @param {Float32Array | number[]} values
     * @param {Uint16Array | number[]} labels
     */
    appendValues(values, labels) {
        let ptr0, len0, ptr1, len1;
        try {
            ptr0 = passArrayF32ToWasm0(values, wasm.__wbindgen_malloc);
            len0 = WASM_VECTOR_LEN;
            ptr1 = passArray16ToWasm0(labels, wasm.__wbindgen_malloc);
            len1 = WASM_VECTOR_LEN;
        } catch (e) {
            if (ptr1) { wasm.__wbindgen_free(ptr1, len1 * 2, 2); }
            if (ptr0) { wasm.__wbindgen_free(ptr0, len0 * 4, 4); }
            throw e;
        }
        const ret = wasm.compressedexamples_appendValues(this.__wbg_ptr, ptr0, len0, ptr1, len1);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * The images from `start` to `end`, of so many pixels a row, as an epoch sees them that changes images by these amounts.
     * @param {AugmentOptions} augment
     * @param {number} seed
     * @param {number} epoch
     * @param {number} start
     * @param {number} end
     * @returns {Float32Array}
     */
    augmented(augment, seed, epoch, start, end) {
        const ret = wasm.compressedexamples_augmented(this.__wbg_ptr, augment, seed, epoch, start, end);
        if (ret[3]) {
            throw takeFromExternrefTable0(ret[2]);
        }
        var v1 = getArrayF32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v1;
    }
    /**
     * The number of examples.
     * @returns {number}
     */
    get length() {
        const ret = wasm.compressedexamples_length(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * An empty set that is going to hold `expected` examples of `inputs` numbers in `classes` classes.
     * @param {number} inputs
     * @param {number} classes
     * @param {number} expected
     */
    constructor(inputs, classes, expected) {
        const ret = wasm.compressedexamples_new(inputs, classes, expected);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        this.__wbg_ptr = ret[0];
        CompressedExamplesFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
}
if (Symbol.dispose) CompressedExamples.prototype[Symbol.dispose] = CompressedExamples.prototype.free;

/**
 * How much the core can take.
 */
export class Limits {
    static __wrap(ptr) {
        const obj = Object.create(Limits.prototype);
        obj.__wbg_ptr = ptr;
        LimitsFinalization.register(obj, obj.__wbg_ptr, obj);
        return obj;
    }
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        LimitsFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_limits_free(ptr, 0);
    }
    /**
     * @returns {number}
     */
    get MAX_BATCH_SIZE() {
        const ret = wasm.__wbg_get_limits_MAX_BATCH_SIZE(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * @returns {number}
     */
    get MAX_LAYER_SIZE() {
        const ret = wasm.__wbg_get_limits_MAX_LAYER_SIZE(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * @returns {number}
     */
    get MAX_THREADS() {
        const ret = wasm.__wbg_get_limits_MAX_THREADS(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * @returns {number}
     */
    get PANEL_WIDTH() {
        const ret = wasm.__wbg_get_limits_PANEL_WIDTH(this.__wbg_ptr);
        return ret >>> 0;
    }
}
if (Symbol.dispose) Limits.prototype[Symbol.dispose] = Limits.prototype.free;

/**
 * A multilayer perceptron.
 */
export class Network {
    static __wrap(ptr) {
        const obj = Object.create(Network.prototype);
        obj.__wbg_ptr = ptr;
        NetworkFinalization.register(obj, obj.__wbg_ptr, obj);
        return obj;
    }
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        NetworkFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_network_free(ptr, 0);
    }
    /**
     * Adds the losses of the examples from `start` on, one for each of `predicted`, to `sum`, and returns it. `predicted`
     * gets their classes.
     * @param {CompressedExamples} examples
     * @param {number} start
     * @param {Loss} loss
     * @param {Uint16Array} predicted
     * @param {number} sum
     * @param {Team} team
     * @returns {number}
     */
    evaluate(examples, start, loss, predicted, sum, team) {
        _assertClass(examples, CompressedExamples);
        _assertClass(team, Team);
        const val2 = +start;
        const val3 = +sum;
        var ptr0 = passArray16ToWasm0(predicted, wasm.__wbindgen_malloc);
        var len0 = WASM_VECTOR_LEN;
        const ret = wasm.network_evaluate(this.__wbg_ptr, examples.__wbg_ptr, val2, (__wbindgen_enum_Loss.indexOf(loss) + 1 || 3) - 1, ptr0, len0, predicted, val3, team.__wbg_ptr);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        return ret[0];
    }
    /**
     * A network of given parameters: of each layer the weights `[inputs, outputs]` row by row, then the biases.
     * @param {Uint32Array | number[]} layers
     * @param {OutputActivation} output_activation
     * @param {Float32Array | number[]} parameters
     * @returns {Network}
     */
    static fromParameters(layers, output_activation, parameters) {
        let ptr0, len0, ptr1, len1;
        try {
            ptr0 = passArray32ToWasm0(layers, wasm.__wbindgen_malloc);
            len0 = WASM_VECTOR_LEN;
            ptr1 = passArrayF32ToWasm0(parameters, wasm.__wbindgen_malloc);
            len1 = WASM_VECTOR_LEN;
        } catch (e) {
            if (ptr1) { wasm.__wbindgen_free(ptr1, len1 * 4, 4); }
            if (ptr0) { wasm.__wbindgen_free(ptr0, len0 * 4, 4); }
            throw e;
        }
        const ret = wasm.network_fromParameters(ptr0, len0, (__wbindgen_enum_OutputActivation.indexOf(output_activation) + 1 || 3) - 1, ptr1, len1);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        return Network.__wrap(ret[0]);
    }
    /**
     * The parameters, in the order that `fromParameters` takes.
     * @returns {Float32Array}
     */
    parameters() {
        const ret = wasm.network_parameters(this.__wbg_ptr);
        var v1 = getArrayF32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v1;
    }
    /**
     * The scores of the examples from `start` to `end`, row by row.
     * @param {CompressedExamples} examples
     * @param {number} start
     * @param {number} end
     * @param {Team} team
     * @returns {Float32Array}
     */
    predict(examples, start, end, team) {
        _assertClass(examples, CompressedExamples);
        _assertClass(team, Team);
        const ret = wasm.network_predict(this.__wbg_ptr, examples.__wbg_ptr, start, end, team.__wbg_ptr);
        if (ret[3]) {
            throw takeFromExternrefTable0(ret[2]);
        }
        var v1 = getArrayF32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v1;
    }
    /**
     * A network of random weights. `layers`: the inputs first, the classes last.
     * @param {Uint32Array | number[]} layers
     * @param {OutputActivation} output_activation
     * @param {bigint} seed
     * @param {Initialization} initialization
     * @param {number} standard_deviation
     * @returns {Network}
     */
    static random(layers, output_activation, seed, initialization, standard_deviation) {
        const val2 = BigInt.asIntN(64, seed);
        const val3 = +standard_deviation;
        const ptr0 = passArray32ToWasm0(layers, wasm.__wbindgen_malloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.network_random(ptr0, len0, (__wbindgen_enum_OutputActivation.indexOf(output_activation) + 1 || 3) - 1, val2, (__wbindgen_enum_Initialization.indexOf(initialization) + 1 || 3) - 1, val3);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        return Network.__wrap(ret[0]);
    }
}
if (Symbol.dispose) Network.prototype[Symbol.dispose] = Network.prototype.free;

/**
 * The threads that share a run's work: the caller and its workers.
 */
export class Team {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        TeamFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_team_free(ptr, 0);
    }
    /**
     * Adds a worker, whose thread must be in `runWorker` or on its way there.
     * @param {TeamWorker} worker
     */
    add(worker) {
        _assertClass(worker, TeamWorker);
        wasm.team_add(this.__wbg_ptr, worker.__wbg_ptr);
    }
    /**
     * The caller alone.
     */
    constructor() {
        const ret = wasm.team_new();
        this.__wbg_ptr = ret;
        TeamFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
}
if (Symbol.dispose) Team.prototype[Symbol.dispose] = Team.prototype.free;

/**
 * A worker's side of its teams.
 */
export class TeamWorker {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        TeamWorkerFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_teamworker_free(ptr, 0);
    }
    /**
     * What the thread that shares this memory hands to `runWorker`. The memory there is never freed.
     * @returns {number}
     */
    address() {
        const ret = wasm.teamworker_address(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Whether the thread has failed, or didn't finish its work in time.
     * @returns {boolean}
     */
    get hasFailed() {
        const ret = wasm.teamworker_hasFailed(this.__wbg_ptr);
        return ret !== 0;
    }
    constructor() {
        const ret = wasm.teamworker_new();
        this.__wbg_ptr = ret;
        TeamWorkerFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
}
if (Symbol.dispose) TeamWorker.prototype[Symbol.dispose] = TeamWorker.prototype.free;

/**
 * A run that trains a network.
 */
export class Trainer {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        TrainerFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_trainer_free(ptr, 0);
    }
    /**
     * Begins an epoch over `examples` examples: as they are stored, or shuffled by a seed and the epoch's number. Its
     * first `done` steps count as done.
     * @param {number} examples
     * @param {number} epoch
     * @param {bigint | null | undefined} shuffle_seed
     * @param {number} done
     */
    beginEpoch(examples, epoch, shuffle_seed, done) {
        wasm.trainer_beginEpoch(this.__wbg_ptr, examples, epoch, !isLikeNone(shuffle_seed), isLikeNone(shuffle_seed) ? BigInt(0) : shuffle_seed, done);
    }
    /**
     * How many moments the optimizer has: momentum one, Adam two, which are the means of the gradients and of their squares.
     * @returns {number}
     */
    get momentCount() {
        const ret = wasm.trainer_momentCount(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * One of the moments, counted from 0: one number a parameter and in their order.
     * @param {number} number
     * @returns {Float32Array}
     */
    moment(number) {
        const ret = wasm.trainer_moment(this.__wbg_ptr, number);
        if (ret[3]) {
            throw takeFromExternrefTable0(ret[2]);
        }
        var v1 = getArrayF32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v1;
    }
    /**
     * @param {Network} network
     * @param {TrainerOptions} options
     */
    constructor(network, options) {
        _assertClass(network, Network);
        const ret = wasm.trainer_new(network.__wbg_ptr, options);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        this.__wbg_ptr = ret[0];
        TrainerFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
    /**
     * Runs the epoch's next steps, at most `losses.length`, and writes each batch's loss before its update. Returns how
     * many were run: fewer when the epoch ends, or after a loss that isn't finite.
     * @param {Network} network
     * @param {CompressedExamples} examples
     * @param {Float32Array} losses
     * @param {Team} team
     * @returns {number}
     */
    run(network, examples, losses, team) {
        _assertClass(network, Network);
        _assertClass(examples, CompressedExamples);
        _assertClass(team, Team);
        var ptr0 = passArrayF32ToWasm0(losses, wasm.__wbindgen_malloc);
        var len0 = WASM_VECTOR_LEN;
        const ret = wasm.trainer_run(this.__wbg_ptr, network.__wbg_ptr, examples.__wbg_ptr, ptr0, len0, losses, team.__wbg_ptr);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        return ret[0] >>> 0;
    }
    /**
     * Continues with a moment of another run, given as the parameters of a network.
     * @param {number} number
     * @param {Network} moment
     */
    setMoment(number, moment) {
        const val2 = +number;
        _assertClass(moment, Network);
        var ptr0 = moment.__destroy_into_raw();
        const ret = wasm.trainer_setMoment(this.__wbg_ptr, val2, ptr0);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
}
if (Symbol.dispose) Trainer.prototype[Symbol.dispose] = Trainer.prototype.free;

/**
 * Tells a worker's teams that its thread has failed.
 *
 * # Safety
 * As for [`run_worker`].
 * @param {number} address
 */
export function failWorker(address) {
    wasm.failWorker(address);
}

/**
 * How much the core can take, for scripts/build-wasm to write down.
 * @returns {Limits}
 */
export function limits() {
    const ret = wasm.limits();
    return Limits.__wrap(ret);
}

/**
 * Does the work of a worker's teams on the calling thread. It doesn't return.
 *
 * # Safety
 * `address` must come from [`TeamWorker::address`] in the same memory.
 * @param {number} address
 */
export function runWorker(address) {
    wasm.runWorker(address);
}

/**
 * Writes the digits of a stream from number `first` on: 784 pixels and a label each.
 * @param {bigint} stream
 * @param {number} first
 * @param {Uint8Array} pixels
 * @param {Uint8Array} labels
 */
export function writeDigits(stream, first, pixels, labels) {
    const val3 = BigInt.asIntN(64, stream);
    const val4 = +first;
    let ptr0, len0, ptr1, len1;
    try {
        ptr0 = passArray8ToWasm0(pixels, wasm.__wbindgen_malloc);
        len0 = WASM_VECTOR_LEN;
        ptr1 = passArray8ToWasm0(labels, wasm.__wbindgen_malloc);
        len1 = WASM_VECTOR_LEN;
    } catch (e) {
        if (ptr1) { wasm.__wbindgen_free(ptr1, len1 * 1, 1); }
        if (ptr0) { wasm.__wbindgen_free(ptr0, len0 * 1, 1); }
        throw e;
    }
    wasm.writeDigits(val3, val4, ptr0, len0, pixels, ptr1, len1, labels);
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_Error_208446807d0d1e30: function(arg0, arg1) {
            const ret = Error(getStringFromWasm0(arg0, arg1));
            return ret;
        },
        __wbg___wbindgen_copy_to_typed_array_680b191e71920dc1: function(arg0, arg1, arg2) {
            new Uint8Array(arg2.buffer, arg2.byteOffset, arg2.byteLength).set(getArrayU8FromWasm0(arg0, arg1));
        },
        __wbg___wbindgen_throw_4c88d8bf264fd984: function(arg0, arg1) {
            throw new Error(getStringFromWasm0(arg0, arg1));
        },
        __wbg_augment_e41c301a30dc7885: function(arg0) {
            const ret = arg0.augment;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);
        },
        __wbg_batchSize_881b7642932d6c41: function(arg0) {
            const ret = arg0.batchSize;
            return ret;
        },
        __wbg_dropout_f7f0ae30d5744774: function(arg0) {
            const ret = arg0.dropout;
            return ret;
        },
        __wbg_elastic_46c831a9cd79e815: function(arg0) {
            const ret = arg0.elastic;
            return ret;
        },
        __wbg_learningRate_4910fc47aa999425: function(arg0) {
            const ret = arg0.learningRate;
            return ret;
        },
        __wbg_loss_91abf5545ce509d3: function(arg0) {
            const ret = arg0.loss;
            return (__wbindgen_enum_Loss.indexOf(ret) + 1 || 3) - 1;
        },
        __wbg_momentum_281137d091deea63: function(arg0) {
            const ret = arg0.momentum;
            return ret;
        },
        __wbg_now_61a5f176e7902ac5: function() {
            const ret = performance.now();
            return ret;
        },
        __wbg_optimizer_4a95b6ff504617a8: function(arg0) {
            const ret = arg0.optimizer;
            return (__wbindgen_enum_Optimizer.indexOf(ret) + 1 || 3) - 1;
        },
        __wbg_rotation_d42286ffcffb5e05: function(arg0) {
            const ret = arg0.rotation;
            return ret;
        },
        __wbg_scale_e4dfeab14cfa14a1: function(arg0) {
            const ret = arg0.scale;
            return ret;
        },
        __wbg_schedule_a0d2b6c3c1f92f8c: function(arg0) {
            const ret = arg0.schedule;
            return (__wbindgen_enum_Schedule.indexOf(ret) + 1 || 3) - 1;
        },
        __wbg_seed_a777e7b99e2d011a: function(arg0) {
            const ret = arg0.seed;
            return ret;
        },
        __wbg_shear_5ac12154e971ff59: function(arg0) {
            const ret = arg0.shear;
            return ret;
        },
        __wbg_shift_a915d8104bab05fa: function(arg0) {
            const ret = arg0.shift;
            return ret;
        },
        __wbg_thickness_a1318bd5fe4c4ab8: function(arg0) {
            const ret = arg0.thickness;
            return ret;
        },
        __wbg_totalSteps_15cd2344a0c28f4c: function(arg0) {
            const ret = arg0.totalSteps;
            return ret;
        },
        __wbg_weightDecay_a647dc0d3b2e76a3: function(arg0) {
            const ret = arg0.weightDecay;
            return ret;
        },
        __wbg_width_576faa80f3740e24: function(arg0) {
            const ret = arg0.width;
            return ret;
        },
        __wbindgen_init_externref_table: function() {
            const table = wasm.__wbindgen_externrefs;
            table.set(0, undefined);
            table.set(1024, undefined);
            table.set(1025, null);
            table.set(1026, true);
            table.set(1027, false);
        },
    };
    return {
        __proto__: null,
        "./digitrain_bg.js": import0,
    };
}

const __wbindgen_enum_Initialization = ["truncated-normal", "he"];


const __wbindgen_enum_Loss = ["mse", "cross-entropy"];


const __wbindgen_enum_Optimizer = ["sgd", "adam"];


const __wbindgen_enum_OutputActivation = ["linear", "relu"];


const __wbindgen_enum_Schedule = ["constant", "one-cycle"];
const CompressedExamplesFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_compressedexamples_free(ptr, 1));
const LimitsFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_limits_free(ptr, 1));
const NetworkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_network_free(ptr, 1));
const TeamFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_team_free(ptr, 1));
const TeamWorkerFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_teamworker_free(ptr, 1));
const TrainerFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_trainer_free(ptr, 1));

function addToExternrefTable0(obj) {
    const idx = wasm.__externref_table_alloc();
    wasm.__wbindgen_externrefs.set(idx, obj);
    return idx;
}

function _assertClass(instance, klass) {
    if (!(instance instanceof klass)) {
        throw new Error(`expected instance of ${klass.name}`);
    }
}

function getArrayF32FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getFloat32ArrayMemory0().subarray(ptr / 4, ptr / 4 + len);
}

function getArrayU8FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getUint8ArrayMemory0().subarray(ptr / 1, ptr / 1 + len);
}

let cachedFloat32ArrayMemory0 = null;
function getFloat32ArrayMemory0() {
    if (cachedFloat32ArrayMemory0 === null || cachedFloat32ArrayMemory0.byteLength === 0) {
        cachedFloat32ArrayMemory0 = new Float32Array(wasm.memory.buffer);
    }
    return cachedFloat32ArrayMemory0;
}

function getStringFromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len));
}

let cachedUint16ArrayMemory0 = null;
function getUint16ArrayMemory0() {
    if (cachedUint16ArrayMemory0 === null || cachedUint16ArrayMemory0.byteLength === 0) {
        cachedUint16ArrayMemory0 = new Uint16Array(wasm.memory.buffer);
    }
    return cachedUint16ArrayMemory0;
}

let cachedUint32ArrayMemory0 = null;
function getUint32ArrayMemory0() {
    if (cachedUint32ArrayMemory0 === null || cachedUint32ArrayMemory0.byteLength === 0) {
        cachedUint32ArrayMemory0 = new Uint32Array(wasm.memory.buffer);
    }
    return cachedUint32ArrayMemory0;
}

let cachedUint8ArrayMemory0 = null;
function getUint8ArrayMemory0() {
    if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {
        cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
    }
    return cachedUint8ArrayMemory0;
}

function isLikeNone(x) {
    return x === undefined || x === null;
}

function passArray16ToWasm0(arg, malloc) {
    const ptr = malloc(arg.length * 2, 2) >>> 0;
    getUint16ArrayMemory0().set(arg, ptr / 2);
    WASM_VECTOR_LEN = arg.length;
    return ptr;
}

function passArray32ToWasm0(arg, malloc) {
    const ptr = malloc(arg.length * 4, 4) >>> 0;
    getUint32ArrayMemory0().set(arg, ptr / 4);
    WASM_VECTOR_LEN = arg.length;
    return ptr;
}

function passArray8ToWasm0(arg, malloc) {
    const ptr = malloc(arg.length * 1, 1) >>> 0;
    getUint8ArrayMemory0().set(arg, ptr / 1);
    WASM_VECTOR_LEN = arg.length;
    return ptr;
}

function passArrayF32ToWasm0(arg, malloc) {
    const ptr = malloc(arg.length * 4, 4) >>> 0;
    getFloat32ArrayMemory0().set(arg, ptr / 4);
    WASM_VECTOR_LEN = arg.length;
    return ptr;
}

function takeFromExternrefTable0(idx) {
    const value = wasm.__wbindgen_externrefs.get(idx);
    wasm.__externref_table_dealloc(idx);
    return value;
}

let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
cachedTextDecoder.decode();
const MAX_SAFARI_DECODE_BYTES = 2146435072;
let numBytesDecoded = 0;
function decodeText(bytes) {
    numBytesDecoded += bytes.length;
    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
        cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
        cachedTextDecoder.decode();
        numBytesDecoded = bytes.length;
    }
    return cachedTextDecoder.decode(bytes);
}

let WASM_VECTOR_LEN = 0;

let wasmModule, wasmInstance, wasm;
function __wbg_finalize_init(instance, module) {
    wasmInstance = instance;
    wasm = instance.exports;
    wasmModule = module;
    cachedFloat32ArrayMemory0 = null;
    cachedUint16ArrayMemory0 = null;
    cachedUint32ArrayMemory0 = null;
    cachedUint8ArrayMemory0 = null;
    wasm.__wbindgen_start();
    return wasm;
}

async function __wbg_load(module, imports) {
    if (typeof Response === 'function' && module instanceof Response) {
        if (!module.ok) {
            throw new Error(`failed to fetch Wasm: ${module.status} ${module.statusText} fetching '${module.url}'`);
        }

        if (typeof WebAssembly.instantiateStreaming === 'function') {
            try {
                return await WebAssembly.instantiateStreaming(module, imports);
            } catch (e) {
                const validResponse = expectedResponseType(module.type);

                if (validResponse && module.headers.get('Content-Type') !== 'application/wasm') {
                    console.warn("`WebAssembly.instantiateStreaming` failed because your server does not serve Wasm with `application/wasm` MIME type. Falling back to `WebAssembly.instantiate` which is slower. Original error:\n", e);

                } else { throw e; }
            }
        }

        const bytes = await module.arrayBuffer();
        return await WebAssembly.instantiate(bytes, imports);
    } else {
        const instance = await WebAssembly.instantiate(module, imports);

        if (instance instanceof WebAssembly.Instance) {
            return { instance, module };
        } else {
            return instance;
        }
    }

    function expectedResponseType(type) {
        switch (type) {
            case 'basic': case 'cors': case 'default': return true;
        }
        return false;
    }
}

function initSync(module) {
    if (wasm !== undefined) return wasm;


    if (module !== undefined) {
        if (Object.getPrototypeOf(module) === Object.prototype) {
            ({module} = module)
        } else {
            console.warn('using deprecated parameters for `initSync()`; pass a single object instead')
        }
    }

    const imports = __wbg_get_imports();
    if (!(module instanceof WebAssembly.Module)) {
        module = new WebAssembly.Module(module);
    }
    const instance = new WebAssembly.Instance(module, imports);
    return __wbg_finalize_init(instance, module);
}

let __wbg_init_promise;
async function __wbg_init(module_or_path) {
    if (wasm !== undefined) return wasm;
    if (__wbg_init_promise === undefined) {
        __wbg_init_promise = __wbg_init_once(module_or_path);
        __wbg_init_promise.catch(() => { __wbg_init_promise = undefined; });
    }
    return __wbg_init_promise;
}

async function __wbg_init_once(module_or_path) {

    if (module_or_path !== undefined) {
        if (Object.getPrototypeOf(module_or_path) === Object.prototype) {
            ({module_or_path} = module_or_path)
        } else {
            console.warn('using deprecated parameters for the initialization function; pass a single object instead')
        }
    }

    if (module_or_path === undefined) {
        module_or_path = new URL('digitrain_bg.wasm', import.meta.url);
    }
    const imports = __wbg_get_imports();

    if (typeof module_or_path === 'string' || (typeof Request === 'function' && module_or_path instanceof Request) || (typeof URL === 'function' && module_or_path instanceof URL)) {
        module_or_path = fetch(module_or_path);
    }

    const { instance, module } = await __wbg_load(await module_or_path, imports);

    return __wbg_finalize_init(instance, module);
}

export { initSync, __wbg_init as default };
