"""The dialects that are read, one module each, in the order in which they are asked."""

from __future__ import annotations

from kinometric.recordings.assembly import Dialect
from kinometric.recordings.dialects import (
    ahmedhamed,
    commented_android,
    phyphox,
    physics_toolbox,
    plain,
    product,
    semicolon_ios,
    sensor_logger,
    sensorlog_ios,
)

DIALECTS: tuple[Dialect, ...] = (
    product.DIALECT,
    phyphox.DIALECT,
    sensor_logger.DIALECT,
    physics_toolbox.DIALECT,
    sensorlog_ios.DIALECT,
    semicolon_ios.DIALECT,
    ahmedhamed.DIALECT,
    commented_android.DIALECT,
    plain.DIALECT,
)

__all__ = ["DIALECTS"]
