"""The client: for each message of Flower one round with one device."""

import json
import logging
import os
import time
from dataclasses import fields
from pathlib import Path

from flwr.app import ArrayRecord, ConfigRecord, Context, Error, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp

from fleet.frames import Plan, WrongPlan
from fleet.gateway import DeviceError, Times, run_round

app = ClientApp()
# A number outside those that Flower gives its own errors.
DEVICE_ERROR = 1000
# What a configuration of Flower may have. The gateway itself finds the size and the checksum of the file, and what is to be done.
KNOWN = {field.name for field in (*fields(Plan), *fields(Times))} - {"evaluate", "bytes", "checksum"}
KNOWN |= {"rates", "proximal-mu", "server-round"}


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
    number, begin = -1, time.perf_counter()
    try:
        number, address = device(context)
        result = one_round(address, message.content["arrays"], message.content["config"], evaluate)
    except (DeviceError, WrongPlan) as error:
        return Message(Error(DEVICE_ERROR, f"device {number}: {error}"), reply_to=message)
    except Exception as error:  # a fault of the gateway itself: Flower gets it as an error too, the others go on
        logging.getLogger("fleet").exception("device %d", number)
        return Message(Error(DEVICE_ERROR, f"device {number}: {error!r}"), reply_to=message)
    seconds = time.perf_counter() - begin
    return Message(reply(number, result, message.content["arrays"], seconds, evaluate), reply_to=message)


def one_round(address, arrays, config, evaluate):
    if unknown := sorted(set(config) - KNOWN):
        raise WrongPlan(f"no device knows {', '.join(unknown)} of the configuration, but {', '.join(sorted(KNOWN))}")
    times = Times(**{field.name: config[field.name] for field in fields(Times) if field.name in config})
    plan = Plan.of({**config, "evaluate": evaluate})
    return run_round(address, arrays.to_numpy_ndarrays(), plan, times, config.get("rates", []))


def reply(number, result, arrays, seconds, evaluate) -> RecordDict:
    report = result.report
    metrics = {"num-examples": report.rows, "loss": report.loss}
    if evaluate:
        metrics["accuracy"] = report.hits / report.rows
    traffic = {"device": number, "sent": result.sent, "heard": result.heard, "seconds": seconds, "norm": report.norm}
    records = {"metrics": MetricRecord(metrics), "device": ConfigRecord(traffic)}
    if result.arrays is not None:
        records["arrays"] = ArrayRecord(dict(zip(arrays.keys(), ArrayRecord(result.arrays).values())))
    return RecordDict(records)


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
