"""Small TFRecord files of images and masks, written by TensorFlow, and what is in them.

    python tools/golden/tfrecords.py test/golden/records

needs tensorflow, numpy and pillow.
"""

import io
import json
import os
import sys

import numpy as np
import tensorflow as tf
from PIL import Image


def bytes_feature(*values):
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))


def int_feature(*values):
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


def float_feature(*values):
    return tf.train.Feature(float_list=tf.train.FloatList(value=values))


def example(features):
    return tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()


def picture(rng, height, width):
    """A tinted picture and a mask with two objects."""
    image = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    mask = np.zeros((height, width), np.uint8)
    mask[1:3, 1:4] = 1
    mask[height - 2 :, width - 3 :] = 1
    return image, mask


def png(array):
    out = io.BytesIO()
    Image.fromarray(array).save(out, 'PNG')
    return out.getvalue()


def write(path, records, compression=''):
    with tf.io.TFRecordWriter(path, tf.io.TFRecordOptions(compression_type=compression)) as writer:
        for record in records:
            writer.write(record)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(7)
    pictures = [picture(rng, 6, 9) for _ in range(3)]
    squares = [picture(rng, 8, 8) for _ in range(2)]
    sized = [
        example({
            'image': bytes_feature(image.tobytes()),
            'mask': bytes_feature(mask.tobytes()),
            'height': int_feature(6),
            'width': int_feature(9),
            'num_channels': int_feature(3),
            'weight': float_feature(0.5, 1.5),
            'offset': int_feature(-1),
        })
        for image, mask in pictures
    ]
    write(f'{folder}/sized.tfrec', sized)
    write(f'{folder}/gzip.tfrec', sized, 'GZIP')
    write(f'{folder}/zlib.tfrec', sized, 'ZLIB')
    write(f'{folder}/square.tfrecord', [
        example({'image': bytes_feature(image.tobytes()), 'mask': bytes_feature(mask.tobytes())}) for image, mask in squares
    ])
    write(f'{folder}/encoded.tfrecords', [
        example({
            'image/encoded': bytes_feature(png(image)),
            'image/segmentation/class/encoded': bytes_feature(png(mask)),
            'image/filename': bytes_feature(f'slides/tile {n}.png'.encode()),
        })
        for n, (image, mask) in enumerate(pictures)
    ])
    expected = {
        'pictures': [{'image': image.ravel().tolist(), 'mask': mask.ravel().tolist()} for image, mask in pictures],
        'squares': [{'image': image.ravel().tolist(), 'mask': mask.ravel().tolist()} for image, mask in squares],
    }
    with open(f'{folder}/expected.json', 'w') as out:
        json.dump(expected, out)
        out.write('\n')


if __name__ == '__main__':
    main(sys.argv[1])
