"""Ask the processor for a row of a table some steps before a kernel needs it.

Kernels over events jump about in memory, and wait for it longer than they compute. Which rows come next
is known, so that they can be on their way meanwhile. No result depends on it.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj

_BYTE, _NUMBER = ir.IntType(8).as_pointer(), ir.IntType(32)
_FOR_WRITING, _KEEP, _DATA = _NUMBER(1), _NUMBER(3), _NUMBER(1)


def _prefetch(_: Any, table: Any, row: Any) -> Any:
    """Return nothing; the row is in the cache soon after."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        tools: Any = cgutils  # numba leaves these without types
        arrays: Any = arrayobj
        held = arrays.make_array(signature.args[0])(context, builder, arguments[0])
        first = context.get_constant(types.intp, 0)
        place = [context.cast(builder, arguments[1], signature.args[1], types.intp)]
        place += [first] * (signature.args[0].ndim - 1)
        at = tools.get_item_pointer(context, builder, signature.args[0], held, place)
        form = ir.FunctionType(ir.VoidType(), [_BYTE, _NUMBER, _NUMBER, _NUMBER])
        asked = tools.get_or_insert_function(builder.module, form, "llvm.prefetch.p0i8")
        builder.call(asked, [builder.bitcast(at, _BYTE), _FOR_WRITING, _KEEP, _DATA])
        return context.get_dummy_value()

    return types.void(table, row), generate


prefetch: Any = intrinsic(_prefetch)
