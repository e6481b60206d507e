"""
Makes the files of this folder with the tools that people train with:

    python3 -m venv v && v/bin/pip install tensorboardX==2.6.5 tensorboard==2.21.0 transformers==5.24.0
    v/bin/python make.py

`tensorboard` writes scalars as TensorFlow 2 does, as tensors; `tensorboardX` as torch's SummaryWriter does, as simple
values. The trainer state is written by transformers' own TrainerState, with a history such as its Trainer logs.
"""

import math
import os
import shutil
import socket
import time

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS = 60


def loss(step):
    return 2 * math.exp(-step / 20) + 0.1


def accuracy(step):
    return 1 - math.exp(-step / 15)


def folder(name):
    path = os.path.join(HERE, name)
    shutil.rmtree(path, ignore_errors=True)
    return path


def tensorboard_x():
    from tensorboardX import SummaryWriter

    with SummaryWriter(folder('tensorboardX')) as writer:
        for step in range(STEPS):
            writer.add_scalar('train/loss', loss(step), step, walltime=1.8e9 + step)
            if step % 10 == 0:
                writer.add_scalar('eval/accuracy', accuracy(step), step, walltime=1.8e9 + step)
        writer.add_scalar('train/loss', float('nan'), STEPS, walltime=1.8e9 + STEPS)
        writer.add_text('note', 'a text', 0)
        writer.add_histogram('weights', np.arange(10), 0)


def tensorboard():
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.scalar.metadata import create_summary_metadata
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    from tensorboard.util.tensor_util import make_tensor_proto

    writer = EventFileWriter(folder('tensorboard'))
    for step in range(STEPS):
        summary = Summary()
        for tag, value in (('loss', loss(step)), ('accuracy', accuracy(step))):
            tensor = make_tensor_proto(np.float32(value))
            metadata = create_summary_metadata(display_name='', description='')
            summary.value.add(tag=tag, tensor=tensor, metadata=metadata)
        writer.add_event(Event(step=step, wall_time=1.8e9 + step, summary=summary))
    writer.close()


def trainer_state():
    from transformers.trainer_callback import TrainerState

    state = TrainerState(epoch=3.0, global_step=STEPS, max_steps=STEPS, num_train_epochs=3, best_metric=0.1)
    for step in range(10, STEPS + 1, 10):
        epoch = step / 20
        rate = 5e-5 * (1 - step / STEPS)
        state.log_history.append(
            {'loss': round(loss(step), 4), 'grad_norm': 1.5 if step > 10 else float('nan'), 'learning_rate': rate, 'epoch': epoch, 'step': step}
        )
        if step % 20 == 0:
            state.log_history.append({'eval_loss': loss(step) + 0.05, 'eval_runtime': 1.2, 'epoch': epoch, 'step': step})
    state.log_history.append({'train_runtime': 12.5, 'train_loss': 0.7, 'epoch': 3.0, 'step': STEPS})
    state.save_to_json(os.path.join(HERE, 'trainer_state.json'))


if __name__ == '__main__':
    socket.gethostname = lambda: 'host'
    time.time = lambda: 1.8e9
    os.getpid = lambda: 1
    tensorboard_x()
    tensorboard()
    trainer_state()
