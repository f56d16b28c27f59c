"""ONNX Runtime, for inference with as many threads as it is given. The network is a graph of Gemm and ReLU. Inputs and outputs are bound
to memory before the clock runs."""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from jobs import SIZES, THREADS


def model(sizes, rows):
    rng, nodes, weights = np.random.default_rng(1), [], []
    pairs = list(zip(sizes, sizes[1:]))
    for layer, (inputs, outputs) in enumerate(pairs):
        w = (rng.standard_normal((inputs, outputs)) * np.sqrt(2 / inputs)).astype(np.float32)
        weights += [numpy_helper.from_array(w, f"w{layer}"), numpy_helper.from_array(np.zeros(outputs, np.float32), f"b{layer}")]
        last = layer == len(pairs) - 1
        nodes.append(helper.make_node("Gemm", [f"x{layer}", f"w{layer}", f"b{layer}"], ["y" if last else f"z{layer}"]))
        if not last:
            nodes.append(helper.make_node("Relu", [f"z{layer}"], [f"x{layer + 1}"]))
    value = lambda name, width: helper.make_tensor_value_info(name, TensorProto.FLOAT, [rows, width])
    graph = helper.make_graph(nodes, "network", [value("x0", sizes[0])], [value("y", sizes[-1])], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def infer(_, net, inputs, _classes):
    rows, options = len(inputs[0]), onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    data = model(SIZES[net], rows).SerializeToString()
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    output = onnxruntime.OrtValue.ortvalue_from_shape_and_type([rows, SIZES[net][-1]], np.float32, "cpu")
    bindings = []
    for batch in inputs:
        binding = session.io_binding()
        binding.bind_ortvalue_input("x0", onnxruntime.OrtValue.ortvalue_from_numpy(batch, "cpu"))
        binding.bind_ortvalue_output("y", output)
        bindings.append(binding)
    return lambda batch: session.run_with_iobinding(bindings[batch])
