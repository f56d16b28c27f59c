"""The client: for each message of Flower one round with one device."""

import json
import logging
import os
import time
from pathlib import Path

from flwr.app import ArrayRecord, ConfigRecord, Context, Error, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp

from fleet.frames import Plan
from fleet.gateway import DeviceError, Times, run_round

app = ClientApp()
# A number outside those that Flower gives its own errors.
DEVICE_ERROR = 1000


def device(context: Context):
    """The number of the device of this node, and its address.

    A SuperNode is given both: --node-config 'device=3 address="serial:/dev/ttyACM0"'. In a simulation the file FLEET lists the
    addresses, or a pattern for all.
    """
    config = context.node_config
    if "address" in config:
        return int(config["device"]), config["address"]
    number, fleet = int(config["partition-id"]), json.loads(Path(os.environ["FLEET"]).read_text())
    if "pattern" in fleet:
        return number, fleet["pattern"].replace("{device}", str(number))
    return number, fleet["addresses"][number]


def ask(message: Message, context: Context, evaluate: bool) -> Message:
    number, address = device(context)
    config = message.content["config"]
    times = Times(config.get("again", 0.5), config.get("deadline", 60.0), config.get("window", 8))
    plan = Plan.of({**config, "evaluate": evaluate})
    arrays = message.content["arrays"]
    begin = time.perf_counter()
    try:
        result = run_round(address, arrays.to_numpy_ndarrays(), plan, times, config.get("rates", []))
    except DeviceError as error:
        return Message(Error(DEVICE_ERROR, f"device {number}: {error}"), reply_to=message)
    except Exception as error:  # a fault of the gateway itself: Flower gets it as an error too, the others go on
        logging.getLogger("fleet").exception("device %d", number)
        return Message(Error(DEVICE_ERROR, f"device {number}: {error!r}"), reply_to=message)
    report, seconds = result.report, time.perf_counter() - begin
    metrics = {"num-examples": report.rows, "loss": report.loss}
    if evaluate:
        metrics["accuracy"] = report.hits / report.rows
    traffic = {"device": number, "sent": result.sent, "heard": result.heard, "seconds": seconds, "norm": report.norm}
    records = {"metrics": MetricRecord(metrics), "device": ConfigRecord(traffic)}
    if result.arrays is not None:
        records["arrays"] = ArrayRecord(dict(zip(arrays.keys(), ArrayRecord(result.arrays).values())))
    return Message(RecordDict(records), reply_to=message)


@app.train()
def train(message: Message, context: Context) -> Message:
    return ask(message, context, evaluate=False)


@app.evaluate()
def evaluate(message: Message, context: Context) -> Message:
    return ask(message, context, evaluate=True)


@app.query()
def query(message: Message, context: Context) -> Message:
    """Which device this node speaks for."""
    number, _ = device(context)
    return Message(RecordDict({"device": ConfigRecord({"device": number})}), reply_to=message)
