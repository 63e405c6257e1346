#!/usr/bin/env python3
"""Computes the polynomials of src/ndarray/special/polynomials.ts and writes that file.

Needs Python 3 with mpmath. Run from the repository root, then format the result:

    python3 scripts/coefficients.py && npx biome check --write src/ndarray/special/polynomials.ts

Each polynomial interpolates its function at Chebyshev nodes in 300-bit arithmetic (within a factor of about two of
the best polynomial of that degree), with the smallest degree whose error, relative to the quantity the polynomial
takes part in, stays below 2^-58.5 (0.02 ulp). The coefficients are then rounded to doubles; a leading coefficient
that needs more than a double is written as a pair high + low.
"""

from mpmath import mp, mpf, pi, cos, exp, log, sqrt, erf, erfc, atanh

mp.prec = 300
TOLERANCE = mpf(2) ** -58.5
OUTPUT = "src/ndarray/special/polynomials.ts"


def interpolate(function, low, high, degree, middle):
    """Monomial coefficients, in powers of (x - middle), of the interpolant at degree + 1 Chebyshev nodes."""
    low, high = mpf(low), mpf(high)
    nodes = [
        (low + high) / 2 + (high - low) / 2 * cos(pi * (2 * j + 1) / (2 * (degree + 1)))
        for j in range(degree + 1)
    ]
    differences = [function(x) for x in nodes]
    for k in range(1, degree + 1):
        for j in range(degree, k - 1, -1):
            differences[j] = (differences[j] - differences[j - 1]) / (nodes[j] - nodes[j - k])
    coefficients = [mpf(0)]
    for j in range(degree, -1, -1):  # Horner in the Newton basis
        shift = middle - nodes[j]
        coefficients = [mpf(0)] + coefficients
        for k in range(len(coefficients) - 1):
            coefficients[k] += shift * coefficients[k + 1]
        coefficients[0] += differences[j]
    return coefficients[: degree + 1]


def evaluate(coefficients, h):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * h + c
    return total


def fit(function, low, high, middle=0, weight=lambda x: mpf(1)):
    """The smallest polynomial whose weighted error on [low, high] stays below the tolerance."""
    low, high, middle = mpf(low), mpf(high), mpf(middle)
    samples = [low + (high - low) * (mpf(j) + mpf(1) / 3) / 200 for j in range(200)]
    for degree in range(3, 40):
        coefficients = interpolate(function, low, high, degree, middle)
        error = max(
            abs(weight(x) * (evaluate(coefficients, x - middle) - function(x))) for x in samples
        )
        if error < TOLERANCE:
            return coefficients, error
    raise ArithmeticError("no degree below 40 is enough")


def literal(x):
    return repr(float(x))


def horner(coefficients, variable):
    """Two interleaved Horner chains, even and odd powers, so that the processor can overlap them."""
    def chain(cs):
        text = literal(cs[-1])
        for c in reversed(cs[:-1]):
            text = f"{literal(c)} + {variable}2 * ({text})"
        return text
    even, odd = coefficients[0::2], coefficients[1::2]
    return f"{chain(even)} + {variable} * ({chain(odd)})"


def function_text(name, docstring, variable, coefficients):
    return (
        f"/** {docstring} */\n"
        f"export function {name}({variable}: number): number {{\n"
        f"  const {variable}2 = {variable} * {variable};\n"
        f"  return {horner(coefficients, variable)};\n}}\n"
    )


def pair_text(name, docstring, value):
    high = float(value)
    low = float(value - mpf(high))
    return (
        f"/** {docstring}, rounded. */\nexport const {name} = {literal(high)};\n"
        f"/** What {name} lacks of its true value. */\nexport const {name}_LOW = {literal(low)};\n"
    )


def near_zero(function, series):
    """The function, or its first two Taylor coefficients where it is 0 / 0."""
    return lambda x: series(x) if abs(x) < mpf(10) ** -25 else function(x)


# --- the functions -------------------------------------------------------------------------------------------------


def exp_rest(r):
    return near_zero(lambda x: (exp(x) - 1 - x) / x**2, lambda x: mpf(1) / 2 + x / 6)(r)


def atanh_rest(z):
    """2 atanh(s) = 2s + s·z·rest(z), z = s²."""
    def direct(z):
        s = sqrt(z)
        return (2 * atanh(s) / s - 2) / z
    return near_zero(direct, lambda z: mpf(2) / 3 + 2 * z / 5)(z)


def erf_ratio(z):
    """erf(x)/x, z = x²."""
    return near_zero(lambda z: erf(sqrt(z)) / sqrt(z), lambda z: 2 / sqrt(pi) * (1 - z / 3))(z)


def erf_rest(z):
    return erf_ratio(z) - 1


def ndtr_rest(z):
    """Φ(x) = 1/2 + x·(1/√(2π) + z·rest(z)), z = x²."""
    c = 1 / sqrt(2 * pi)
    return near_zero(lambda z: (erf_ratio(z / 2) / sqrt(8) - c) / z, lambda z: c * (-mpf(1) / 6 + z / 40))(z)


def scaled_mills(v):
    """(1 + 2w)·erfcx(w) as a function of v = 1/(1 + 2w): smooth and between 1 and 1.3 on [0, 1]."""
    if v == 0:
        return 2 / sqrt(pi)
    w = (1 / v - 1) / 2
    if w < 50:
        return (1 + 2 * w) * exp(w * w) * erfc(w)
    total, term, k = mpf(0), mpf(1), 0
    while abs(term) > mpf(10) ** -70:
        total += term
        term *= -mpf(2 * k + 1) / (2 * w * w)
        k += 1
    return (1 + 2 * w) * total / (w * sqrt(pi))


def asymptotic_slope(z):
    """−√π·w²·erfcx'(w) − 1 over z, z = 1/w²: w → ∞ is z → 0."""
    if z < mpf(1) / 2500:
        # erfcx(w) ~ Σ (−1)^k (2k − 1)!! / (2^k w^(2k + 1) √π), term by term
        total, term, k = mpf(0), mpf(1), 0
        while abs(term) > mpf(10) ** -60 and k < 400:
            total += (2 * k + 1) * term
            term *= -mpf(2 * k + 1) / 2 * z
            k += 1
        return (total - 1) / z if z else -mpf(3) / 2
    w = 1 / sqrt(z)
    slope = 2 * w * exp(w * w) * erfc(w) - 2 / sqrt(pi)
    return (-sqrt(pi) * w * w * slope - 1) / z


def sinh_rest(z):
    """sinh(x) = x + x·z·rest(z), z = x²."""
    return near_zero(lambda z: (mp.sinh(sqrt(z)) / sqrt(z) - 1) / z, lambda z: mpf(1) / 6 + z / 120)(z)


def phi(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def sigma(x):
    return 1 / (1 + exp(-x))


def gelu_slope(x):
    return erfc(-x / sqrt(2)) / 2 + x * phi(x)


def gelu_slope_rest(z):
    """gelu'(x) = 1/2 + x·(2/√(2π) + z·rest(z)), z = x²."""
    c = 2 * phi(mpf(0))
    def direct(z):
        x = sqrt(z)
        return ((gelu_slope(x) - mpf(1) / 2) / x - c) / z
    return near_zero(direct, lambda z: c * (-mpf(1) / 3 + z / 10))(z)


def silu_slope(x):
    return sigma(x) * (1 + x * sigma(-x))


def gelu_tanh_slope(x):
    c, k = 2 * sqrt(2 / pi), mpf("0.044715")
    gate = c * (x + k * x**3)
    return sigma(gate) * (1 + x * sigma(-gate) * c * (1 + 3 * k * x * x))


def mish_slope(x):
    e = exp(x)
    return e * (4 * (x + 1) + 4 * e**2 + e**3 + e * (4 * x + 6)) / (2 * e + e**2 + 2) ** 2


SLOPES = [
    ("SILU", "silu", silu_slope, -1.278),
    ("GELU", "gelu", gelu_slope, -0.7518),
    ("GELU_TANH", "geluTanh", gelu_tanh_slope, -0.7525),
    ("MISH", "mish", mish_slope, -1.1924),
]
HALF_WIDTH = mpf(1) / 4

MILLS_BOUNDS = [mpf(0), mpf(1) / 16, mpf(1) / 8, mpf(3) / 16, mpf(1) / 4, mpf(3) / 8, mpf(1) / 2]


def log_table():
    """ln(j/32) for j = 22 … 46 as pairs, one flat table."""
    pairs = []
    for j in range(22, 47):
        value = log(mpf(j) / 32)
        high = float(value)
        pairs += [literal(high), literal(value - mpf(high))]
    rows = ",\n  ".join(", ".join(pairs[i : i + 2]) for i in range(0, len(pairs), 2))
    return (
        "/** ln(j/32) as pairs high, low for j = 22 to 46. */\n"
        f"export const LOG_TABLE = /* @__PURE__ */ Float64Array.of(\n  {rows},\n);\n"
    )


def main():
    parts = [
        "// Polynomials and constants of the special functions, written by scripts/coefficients.py: change them there.\n"
        "// Each is within 2^-58.5, relative to the quantity it takes part in, of the function it stands for.\n"
    ]
    half_ln2 = log(2) / 2 * (1 + mpf(2) ** -9)
    coefficients, _ = fit(exp_rest, -half_ln2, half_ln2, weight=lambda r: r * r)
    parts.append(function_text("expRest", "(eʳ − 1 − r) / r² for |r| ≤ ½ ln 2.", "r", coefficients))
    coefficients, _ = fit(atanh_rest, 0, mpf(1) / 9, weight=lambda z: z)
    parts.append(function_text("atanhRest", "(2 atanh(s)/s − 2) / z with z = s² ≤ 1/9.", "z", coefficients))
    coefficients, _ = fit(erf_rest, 0, mpf("0.2501"))
    parts.append(function_text("erfRest", "erf(x)/x − 1 with z = x² ≤ ¼.", "z", coefficients))
    coefficients, _ = fit(ndtr_rest, 0, mpf("0.5042"), weight=lambda z: z * sqrt(z) * 4)
    parts.append(
        function_text("ndtrRest", "((Φ(x) − ½)/x − 1/√(2π)) / z with z = x² ≤ ½.", "z", coefficients)
    )
    parts.append(pair_text("INV_ROOT_2PI", "1/√(2π)", 1 / sqrt(2 * pi)))
    for k, (low, high) in enumerate(zip(MILLS_BOUNDS, MILLS_BOUNDS[1:])):
        middle = (low + high) / 2
        coefficients, _ = fit(scaled_mills, low, high, middle)
        where = f"v in [{literal(low)}, {literal(high)}]"
        parts.append(
            pair_text(f"MILLS_{k}", f"(1 + 2w)·erfcx(w) at v = 1/(1 + 2w) = {literal(middle)}", coefficients[0])
        )
        parts.append(
            function_text(
                f"mills{k}",
                f"((1 + 2w)·erfcx(w) − MILLS_{k}) / h with h = v − {literal(middle)}, {where}.",
                "h",
                coefficients[1:],
            )
        )
    coefficients, _ = fit(asymptotic_slope, 0, mpf(1) / 9, weight=lambda z: z)
    parts.append(
        function_text("erfcxSlopeRest", "(−√π·w²·erfcx'(w) − 1) / z with z = 1/w² ≤ 1/9.", "z", coefficients)
    )
    coefficients, _ = fit(sinh_rest, 0, mpf("0.2501"), weight=lambda z: z)
    parts.append(function_text("sinhRest", "(sinh(x)/x − 1) / z with z = x² ≤ ¼.", "z", coefficients))
    coefficients, _ = fit(gelu_slope_rest, 0, mpf("0.5042"), weight=lambda z: z * sqrt(z) * 4)
    parts.append(
        function_text("geluSlopeOddRest", "((gelu'(x) − ½)/x − 2/√(2π)) / z with z = x² ≤ ½.", "z", coefficients)
    )
    for constant, name, slope, guess in SLOPES:
        zero = mp.findroot(slope, mpf(guess))
        quotient = lambda h: slope(zero + h) / h if abs(h) > mpf(10) ** -30 else mp.diff(slope, zero)
        coefficients, _ = fit(quotient, -HALF_WIDTH, HALF_WIDTH)
        parts.append(pair_text(f"{constant}_ZERO", f"The zero of {name}'", zero))
        parts.append(pair_text(f"{constant}_BEND", f"The slope of {name}' at its zero", coefficients[0]))
        parts.append(
            function_text(
                f"{name}SlopeRest",
                f"({name}'(x)/h − {constant}_BEND) / h with h = x − {constant}_ZERO, |h| ≤ ¼.",
                "h",
                coefficients[1:],
            )
        )
    parts.append(log_table())
    with open(OUTPUT, "w", encoding="utf-8") as file:
        file.write("\n".join(parts))


if __name__ == "__main__":
    main()
