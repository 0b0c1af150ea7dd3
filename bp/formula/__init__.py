r"""The printed formula is executed.

    check(latex, setting="generic") -> Report(status, message, checked, notes, understood)

A display is parsed from its LaTeX and evaluated on a random network; the sides of every `=` must agree. Status is one of
`true`, `false`, `ill-formed` (indices, shapes, layers, summation limits), `unsupported`, `nothing-to-check`.

>>> check(r"\frac{\partial C}{\partial W_{ij}^{(l)}} = \delta_i^{(l)} a_j^{(l-1)}").status
'true'
>>> check(r"\delta^{(L)} = a^{(L)} - y").status, check(r"\delta^{(L)} = a^{(L)} - y", "binary_cross_entropy").status
('false', 'true')

Names of the book
    one example   x, y, z^{(l)}, a^{(l)}, \delta^{(l)} (columns), with one index an entry; C; \hat y is a^{(L)}
    example e     x_e, a_e^{(l)}, \delta_{e,i}^{(l)}, C_e
    batch (rows)  X, Y, Z^{(l)}, A^{(l)}, \Delta^{(l)} = dJ/dZ^{(l)}, entries A_{e,i}^{(l)}; J
    parameters    W^{(l)}, b^{(l)}, f_l, f_l'; numbers n_l, L, E, K = n_L, \lambda, \alpha; h = 1e-5
    free          any other lower-case or small Greek letter without index or layer: a scalar, tried at 6 values
    \delta_{ij}   without a layer: Kronecker's delta
    functions     \sigma \tanh \exp \log \ln \sin \cos \sqrt \max \min, \operatorname{..}: ReLU, softplus, ELU (reads
                  \gamma), LeakyReLU and PReLU (\gamma), swish (\beta), softmax, diag, tr, sign; each may carry a prime
Language
    = \approx \leftarrow \in < > \le \ge \ne; \sum \prod with limits or without; \frac, d and \partial, \nabla_{..};
    \odot, ^\top, \mathbf 1 (takes the length that fits, or \mathbf 1_E), I, norms, |..|, [i = j] (1 or 0), cases,
    pmatrix and bmatrix, (..)_i for an entry. Juxtaposition and \cdot bind tighter than \odot, \odot tighter than +.
    The body of \sum is one term: brackets round it if it holds + or -. `1 - a` puts the number in every entry; a
    quotient or a function of a vector is taken entry by entry.
    dN/dD moves D, runs everything downstream again and reads N. scalar by column: column; scalar by matrix: matrix;
    column by column: Jacobian (rows: N). Anything with more axes: write it with indices.
    \in checks a shape: W^{(l)} \in \mathbb{R}^{n_l \times n_{l-1}}. `X \leftarrow ..` must be X - \alpha dJ/dX.
    \approx compares to half a unit of the last printed digit, or to 1e-4 for a difference quotient in h.
    Rows of align* that start with a relation go on with the chain. \quad and \qquad separate statements, or conditions:
    l = 1, \dots, L-1;  i = 1, \dots, n_l;  i \ne j;  z > 0. A free index holds for every value.
    A new name on the left (s = ..) is a definition: it is known to the rest of the display; alone it is nothing to check.
Setting, joined by commas
    squared_error, binary_cross_entropy (sigmoid output), categorical_cross_entropy (softmax output, targets sum to 1),
    softmax (output, any cost), one-hot (targets); sigmoid, linear, tanh, relu, softplus (all units); lambda=0; E=1 (then
    J is C + penalty, and one example's step is the update); sizes=3-4-2.
    unit: one neuron, all scalars: w, x, b, z, a, y, \delta, C, f.    neuron: the same with inputs w_j, x_j, j = 1..n.
    layer: one layer, names without ^{(1)}: W, b, x, z, a, f, \delta; batch Z, A, \Delta.
    scalar: no network; every letter is a free scalar (w_1, w_2 too), f and g are arbitrary smooth functions.
    where ..: LaTeX, parts separated by \quad: names (s = w x + b), functions (g(t) = t^2), shapes of free arrays
    (u \in \mathbb{R}^{3}), or numbers of the network (W^{(1)} = \begin{pmatrix} .. \end{pmatrix}, x, y, b, \lambda):
    check(r"\frac{dC}{dt} = \frac{\partial C}{\partial u} \frac{du}{dt}", r"scalar where u = t^2 \quad C = \sin(u)")
"""

from .check import Report, check

__all__ = ["Report", "check"]
