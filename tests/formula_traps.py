r"""Statements that look harmless and are easily misread: (setting, LaTeX), or LaTeX alone for generic.

A false one must never be called true, a true one never false or ill-formed. To refuse either is allowed: what the
checker does not read, it must not leave out.
"""

UNIT, LAYER, SCALAR = "unit", "layer", "scalar"
SE = "squared_error"

FALSE = [
    # higher derivatives
    (SCALAR, r"f''(x) = 0"), (SCALAR, r"\sigma''(z) = 0"), (SCALAR, r"f'''(x) = 0"),
    (r"scalar where g(t) = \sigma'(t)", r"g'(x) = 0"),
    # words
    (SCALAR, r"\frac{\text{d} x^2}{\text{d} x} = x"), (SCALAR, r"\text{softplus}(z) = 2z - z"),
    (SCALAR, r"\text{sin}(x) = 1 \cdot x"), (SCALAR, r"\text{10} x = 1 x"), (SCALAR, r"2 = 1 \text{ and } 2 = 2"),
    (SCALAR, r"\begin{cases} 2x & \text{if not } x > 0 \\ x & \text{otherwise} \end{cases} = x + \max(0, x)"),
    # brackets above a letter that has no layer
    (SCALAR, r"w^{(t+1)} = w^{(t)}"), (SCALAR, r"x^{(1)} = x^{(2)}"), (SCALAR, r"x^{(a+b)} = x"),
    (SCALAR, r"e^{(x+y)} = e"), (SCALAR, r"\frac{d}{dx} e^{(2x)} = 0"), (SCALAR, r"f^{(2)}(x) = f(x)"),
    (SCALAR, r"\sigma^{(2)}(z) = \sigma(z)"), r"f_1^{(2)}(z^{(1)}) = a^{(1)}",
    # derivatives on one line
    (UNIT, r"dC/dw = C w"), r"dC/dx_1 = C x_1", (SCALAR, r"dx^2/dx = x^3"),
    # functions without their arguments, with too many, with an index or a prime that means nothing
    (SCALAR, r"\frac{df}{dx} = 0"), (SCALAR, r"(f \circ g)(x) = (g \circ f)(x)"),
    (SCALAR, r"f(x, y) = f(x)"), (SCALAR, r"\frac{\partial}{\partial y} f(x, y) = 0"), (SCALAR, r"f(x, y) = f(x, 2y)"),
    (SCALAR, r"\sigma(z, 7) = \sigma(z)"), (SCALAR, r"\log_2(8) = \ln(8)"),
    ("softmax", r"\log_2 a_k^{(L)} = \ln a_k^{(L)}"), r"\max_k a_k^{(L)} = a_k^{(L)}",
    r"\max_k a_k^{(L)} = \min_k a_k^{(L)}", r"C'(a^{(L)}, y) = C", r"C_7(a^{(L)}, y) = C",
    (SCALAR, r"\max'(0,x) = \max(0,x)"),
    ("softmax", r"\operatorname{softmax}_1(z^{(L)}) = a^{(L)}"),
    # limits without a start
    r"\sum_k^{1} a_k^{(L)} = \sum_{k=1}^{n_L} a_k^{(L)}",
    r"\sum_{k \ne i}^{1} a_k^{(L)} = \sum_k a_k^{(L)} - a_i^{(L)}",
    # claims that are no conditions, and names that are taken
    (SCALAR, r"u = x^2, \quad k = 3u, \quad \frac{dk}{dx} = 0"),
    (SCALAR, r"C = \frac{1}{2} e^2, \quad e = y - a, \quad \frac{dC}{da} = 0"),
    (r"scalar where e = a - y \quad c = \frac{1}{2} e^2", r"\frac{dc}{da} = 0"), (SCALAR, r"e = 3, \quad \ln e = 1"),
    (SCALAR, r"\begin{align*} (x+1)^2 &= x^2+2x+1 \\ x^2 &\ge x \end{align*}"),
    ("tanh", r"\frac{\partial C}{\partial b^{(1)}} = \delta^{(1)}, \qquad \|\delta^{(1)}\| < \|\delta^{(2)}\|"),
    (UNIT, r"z = wx+b, \qquad |z| < |wx|"), r"l = 7, \qquad a^{(l)} = f_l(z^{(l)})",
    # columns and rows of align
    (SCALAR, r"\begin{align*} 2 &= 1 & 2 &= 2 \end{align*}"),
    (UNIT, r"\begin{align*} \frac{\partial z}{\partial w} &= 1 & x &= x \end{align*}"),
    (SCALAR, r"\begin{align*} 2 &= 5 \\ -3 &= 2 \end{align*}"),
    # braces print nothing
    (SCALAR, r"{-x}^2 = x^2"), (SCALAR, r"{x + 1} x = x^2 + x"), (UNIT, r"a^2 - b^2 = {a - b} {a + b}"),
    (SCALAR, r"{1 = 2} = 0"),
    # an approximation that hides its own term
    (SCALAR, r"f(x + h) \approx f(x) - 7 h f'(x)"),
    r"J(W_{ij}^{(l)}+h) \approx J - h\frac{\partial J}{\partial W_{ij}^{(l)}}",
    # a number of this network in place of a name
    (UNIT, r"J = \frac{1}{2} \sum_{e=1}^{E} C_e + \frac{\lambda}{2} w^2"),
    (LAYER, r"\frac{\partial J}{\partial b} = \frac{1}{2} \sum_{e=1}^{E} \delta_e"), "L = 3", "E = 6", r"\alpha = 0.4",
    r"W^{(l)} \leftarrow W^{(l)} - 0.4 \frac{\partial J}{\partial W^{(l)}}",
    ("lambda=0", r"\frac{\partial J}{\partial b_i^{(l)}} = \frac{1}{6} \sum_{e=1}^{E} \delta_{e,i}^{(l)}"),
    r"z_i^{(1)} = \sum_{j=1}^{4} W_{ij}^{(1)} x_j + b_i^{(1)}", "E > n_0", r"\lambda < 0.9", "0.1 < y_k < 0.9",
    r"a_i^{(1)} > 0", r"f_1'(z_i^{(1)}) = \sigma(z_i^{(1)})", r"f_l'(z_i^{(l)}) > 0, \quad l < L",
    # where free letters lie
    (SCALAR, r"\min(\max(0,z),6) = \operatorname{ReLU}(z)"), (SCALAR, r"\min(x, 2) = x"), (SCALAR, r"|x-2| = 2-x"),
    (SCALAR, r"[z > 2] = 0"), (SCALAR, r"x < 9"), (SCALAR, r"\sigma(z) < 0.9998"),
    # what is no number
    (SCALAR, r"\frac{d}{dx}\log(-x^2-1) = 0"), (SCALAR, r"\frac{d}{dx}\sqrt{-x^2} = 0"), (SCALAR, r"\log'(-1) = 0"),
    (SCALAR, r"\frac{1}{0} \in \mathbb{R}"), (SCALAR, r"\log(-1) \in \mathbb{R}"),
    (SCALAR, r"\mathrm{i} \in \mathbb{R}"),
    (SCALAR, r"|\mathrm{i}| = \mathrm{i} \cdot 1"),
    # inverse functions, and functions without brackets
    (SCALAR, r"\sigma^{-1}(p) = 1 + e^{-p}"), (SCALAR, r"\tanh^{-1}(z) = \frac{e^z+e^{-z}}{e^z-e^{-z}}"),
    (SCALAR, r"f^{-1}(x) = \frac{1}{f(x)}"), (SCALAR, r"\frac{d}{dx}\log 2x = \log 2"),
    (SCALAR, r"\log 2\pi = \pi\log 2"),
    (SCALAR, r"h(2x) = 2h(x)"), (SCALAR, r"\phi(2x) = 2\phi(x)"),
    # equal sides
    (SCALAR, r"x < x = 2x - x"), (SCALAR, r"1 < 1 \le 2"), r"a^{(l)} \ne a^{(l)} = f_l(z^{(l)})",
    # what is moved
    r"\frac{J(h + W_{ij}^{(l)}) - J}{h} = 0", r"C(h + b_i^{(l)}) = C",
    (r"scalar where g(t) = \frac{d}{dt} t^2", r"g(x) = 0"),
    # numbers
    (SCALAR, r"10\,000 = 0"), (SCALAR, r"1.5.2 = 0.3"), (SCALAR, r"\displaystyle .5 + 1 = 6"),
    (SCALAR, r"10^{10} + 1 = 10^{10}"), (SCALAR, r"h^2 = 0"),
    # shapes
    ("sizes=3-4-1", r"\sum_{l=1}^{2} a^{(l)} = \sum_{m=1}^{2} f_m(z^{(m)})"),
    r"W^{(1)} \in \mathbb{R}^{3 \times 4 \times 7}", r"W^{(l)} \in \mathbb{R}^{n_l n_{l-1}}",
    (UNIT, r"\nabla C w z = x"), (UNIT, r"\nabla^x z = w"),
    # what is decided by the letters of a definition, or by too few networks
    (SCALAR, r"s = x, \quad 2 s = s + s, \quad s^3 > 0"), (r"scalar where s = x - 2", r"|s| = -s"),
    "E = 2 L", r"\Delta_{e,i}^{(l)} = \frac{1}{2L} \delta_{e,i}^{(l)}", "n_0 + n_1 = 7", "n_1 + n_2 = 8",
    "f_2(0) = 0", "f_3(-z^{(3)}) = -a^{(3)}", "L < 5", "E > L", "E > 4", r"n_l \ne n_{l-1}",
    # kinks and chance in the network
    ("unit, relu", r"\frac{\partial C}{\partial w} = 0"), ("unit, relu", "a = 0"), ("relu", "a_1^{(1)} = 0"),
    ("relu", r"a_2^{(3)} = z_2^{(3)}"), ("one-hot", "y_K = 0"), ("layer, one-hot", "y_2 = 0"),
    (UNIT, "|w| = w"), (UNIT, r"|\delta| = \delta"), (UNIT, r"\sqrt{w^2} = w"), r"\max(x_1, x_2) = x_1",
    r"\operatorname{sign}(x_1) = 1", r"|W_{12}^{(1)}| = -W_{12}^{(1)}",
    (SCALAR, r"g(t) = \min(t, 2), \quad g(x) = x"), (SCALAR, r"u = |x - 2|, \quad u = 2 - x"),
    (SCALAR, r"s = \operatorname{ReLU}(x - 3), \quad \frac{ds}{dx} = 0"), (SCALAR, r"\sqrt{(x-2)^2} = 2 - x"),
    (SCALAR, r"\lVert x - 2 \rVert = 2 - x"), (SCALAR, r"((x-2)^2)^{\frac{1}{2}} = 2 - x"),
    (SCALAR, r"\log((x-2)^2) = 2\log(2-x)"), (SCALAR, r"\sqrt{x^2 z^2} = x z"), (SCALAR, r"\sqrt{u^2 x^2} = -u x"),
    # definitions
    (SCALAR, r"f(0) = 1, \quad f(5) = 1"), (SCALAR, r"f(2x) = x, \quad f(3) = x"),
    (SCALAR, r"g(x + y) = 5, \quad g(1) = 5"), (SCALAR, r"f(x_1) = x_1^2, \quad f(3) = x_1^2"),
    ("scalar where g(0) = 1", "g(2) = 1"), ("scalar where g(2t) = t^2", "g(x) = t^2"),
    (SCALAR, r"g(n) = \sum_{k=1}^{n} k, \quad g(3) = g(4)"), (SCALAR, r"y = x^2, \quad x \leftarrow 3, \quad y = 9"),
    ("scalar where x > 3", "x = 3"), ("scalar where u = 2, x > 0", "x = 0"), (r"scalar where x \ne 0", "x = 0"),
    (r"generic where \lambda > 0.5", r"\lambda = 0.5"), ("scalar where u = 2 = 3", "u = 2"),
    ("scalar where s_k = 3", "s = 3"), (r"generic where s^{(1)} = 1 \quad s^{(2)} = 2", "s^{(1)} = 2"),
    ("generic where s^{(1)} = a_1^{(1)}", "s^{(2)} = a_1^{(1)}"), ("neuron where w_3 = 2", "z = 2 x + b"),
    ("generic where W_{21}^{(1)} = 5", "W^{(1)} = 5"), (r"scalar where s = 1 \quad s = 2", "s = 2"),
    ("unit where f(z) = z^2", r"\frac{da}{dz} \ne f'(z)"),
    ("scalar where g(t) = k t", r"\sum_{k=1}^{3} k g(x) = 14 x"),
    (r"scalar where g(t) = x t \quad \phi(x) = g(2)", r"\phi(5) = 10"),
    # primes, indices and layers on what has none
    r"\delta_{i'}^{(l)} = \delta_i^{(l)}", r"a^{(l')} = f_l(z^{(l)})", "E' = E", "n_l' = n_l", (SCALAR, r"\pi' = \pi"),
    (UNIT, r"\frac{\partial C}{\partial w'} = \frac{\partial C}{\partial w}"), "I_{1,2} = 1", r"\mathbf 1_{1,7} = 1",
    r"W^{(l)} I_{n_{l-1}}^{(7)} = W^{(l)}", "f_{l,7}(z^{(l)}) = a^{(l)}", (SCALAR, "f_{1,2}(x) = f_{2,1}(x)"),
    r"\lVert W^{(l)} \rVert_2^2 = \sum_i \sum_j W_{ij}^{(l)} W_{ij}^{(l)}", "|x_1|_2 = 1|x_1|",
    r"w_j^{(1)} = W_{1j}^{(1)}",
    # rows
    (SCALAR, r"\begin{align*} 2x &= x + x \\ x &> 0 \end{align*}"), (SCALAR, r"2x = x + x \text{ and } x > 0"),
    (SCALAR, r"\begin{gather*} 3 = 5 \\ -2 = 3 \end{gather*}"),
    # arguments of C and J, sizes of a mode, functions that are any
    (SE, "C(y, y) = C"), "C(x, x) = C", (UNIT, "J(y) = J"), ("neuron", "n = 4"),
    ("neuron", "z = w_1 x_1 + w_2 x_2 + w_3 x_3 + w_4 x_4 + b"), (LAYER, r"z_i = \sum_{j=1}^{4} W_{ij} x_j + b_i"),
    (SCALAR, r"f(x) \ge -1"), (SCALAR, "f(0) > 0"),
    # how much is differentiated
    (SCALAR, r"\frac{d}{dx} (x+1) x = x"), (UNIT, r"\frac{\partial}{\partial w} (w x + b) w = x w"),
    (SCALAR, r"\nabla_x 3 x^2 = 0"), (UNIT, r"\nabla_w 2 C = 0"),
    # order and size
    (SCALAR, "0.1 + 0.2 > 0.3"), (SCALAR, "0.7 + 0.1 < 0.8"), (SCALAR, r"\sin(\pi) > 0"), (SCALAR, r"\mathrm{i} < 1"),
    (SCALAR, r"[x = 0] = 0"), (SCALAR, r"x + 10^{10} + 1 = x + 10^{10}"), (SCALAR, r"10^{-13} x = 0"),
    (SCALAR, r"\begin{pmatrix} 10^{15} \\ 1 \end{pmatrix} = \begin{pmatrix} 10^{15} \\ 2 \end{pmatrix}"),
    (SCALAR, r"h^2 = 0 \approx 0.0"),
    # cases and superscripts
    (SCALAR, r"\begin{cases} 0 & \text{otherwise} \\ 1 & x > 0 \end{cases} = 0"),
    (SCALAR, r"\begin{cases} x \\ 2x \end{cases} = x"), (SCALAR, r"\begin{cases} 1 & 2 \\ 3 & 4 \end{cases} = 1"),
    (SCALAR, r"\frac{1 = 2}{3} = 0"), (SCALAR, r"f(x)^{(2)} = f(x) f(x)"), (SCALAR, r"{x}^{(2)} = x x"),
    (UNIT, "a(z) = a z 1"), (SCALAR, r"\alpha(2) = 2 \alpha"), (SCALAR, r"f = x^2, \quad f(3) = 3 x^2"),
    # derivatives that cannot be taken
    (SCALAR, r"\frac{d}{dx} \operatorname{Im}(\mathrm{i} x) = 0"), (SCALAR, r"\frac{d}{de} e^2 = 0"),
    ("scalar where g(s,t) = s t", "g'(2,3) = 3"), (SCALAR, r"\sum_{e=1}^{3} e^2 = 3 e^2"),
    ("softmax", r"\sum_k a_k^{(L)} = 1, \quad k = 1, \dots, 99"),
    r"r = x^\top, \quad r = x", r"a^{(l)} = f_l(z^{(l)}), \quad l = 1, \dots, 7",
]

TRUE = [
    (SCALAR, r"\tanh''(z) = -2\tanh(z)\tanh'(z)"),
    (SCALAR, r"\sigma''(z) = \sigma(z)(1-\sigma(z))(1-2\sigma(z))"),
    (SCALAR, r"\frac{d}{dx} f'(x) = f''(x)"),
    (UNIT, r"\frac{\partial C}{\partial w} = \frac{\text{d}C}{\text{d}a} f'(z) x"),
    (SCALAR, r"\sigma(0) = 0.5 \text{ and } \tanh(0) = 0"), (SCALAR, r"\operatorname{ReLU}(z) = z \text{ for } z > 0"),
    (SCALAR, r"e^{(x + y)} = e^x e^y"), (UNIT, r"dz/dw = x"),
    (SCALAR, r"\frac{df}{dx} = f'(x)"), (SCALAR, r"(f \circ g)(x) = f(g(x))"), (SCALAR, r"(f + g)(x) = f(x) + g(x)"),
    (SCALAR, r"\log_2(8) = 3"), ("softmax", r"\operatorname{softmax}_k(z^{(L)}) = a_k^{(L)}"),
    (SCALAR, r"C = \frac{1}{2} e^2, \quad e = y - a, \quad \frac{dC}{da} = -e"),
    (UNIT, r"\begin{align*} z &= w x + b & a &= f(z) \end{align*}"),
    (UNIT, r"\begin{align*} z &= w x + b \\ -z &= -w x - b \end{align*}"),
    (SCALAR, r"\frac{f(x+h) - 2f(x) + f(x-h)}{h^2} \approx f''(x)"),
    (SCALAR, r"\sigma^{-1}(p) = \ln\frac{p}{1-p}"), (SCALAR, r"\tanh^{-1}(\tanh(z)) = z"),
    (SCALAR, r"\sin 2x = 2\sin x\cos x"), (SCALAR, r"10\,000 = 10^4"), (SCALAR, r"\frac{d}{dx} x^2 = 2x"),
    ("softmax", r"a_{e,k}^{(L)} = \frac{e^{z_{e,k}^{(L)}}}{\sum_{m=1}^{n_L} e^{z_{e,m}^{(L)}}}"),
    ("sigmoid", r"a_{e,i}^{(l)} = \frac{1}{1+e^{-z_{e,i}^{(l)}}}"),
    r"\frac{\partial z^{(l)}}{\partial b^{(l)}} = I_{n_l}", r"W^{(l)} = W^{(l)} \cdot 1, \quad W_{11}^{(l)} > 0",
    (SCALAR, r"g = x^2, \quad s = g(1-g), \quad s = g - g^2"), (SCALAR, r"\sqrt{0} = 0"),
    (UNIT, r"\begin{gather*} 3 = 2 + 1 \\ -3 = -2 - 1 \end{gather*}"), (SE, r"C(y, y) = 0"),
    (SCALAR, r"g(n) = \sum_{k=1}^{n} k, \quad g(3) + g(4) = 16"),
    (SCALAR, r"g(e) = \frac{1}{2} e^2, \quad g'(e) = e"), ("unit where f(z) = z^2", "a = f(z)"),
    ("neuron where n = 7", "n = 7"), ("generic where i = 2", "a_i^{(1)} = a_2^{(1)}"),
    (r"scalar where s = g(1-g) \quad g = x^2", "s = g - g^2"), (SCALAR, r"\frac{d}{dx} [x > 0] x^2 = 2 x [x > 0]"),
    (SCALAR, r"\begin{pmatrix} 1 \\ 2 \end{pmatrix} \ne \begin{pmatrix} 1 \\ 3 \end{pmatrix}"),
    (SCALAR, "2^{2000} > 1"), (SCALAR, r"\operatorname{softplus}(1000) = 1000"),
    (SCALAR, r"\sin" + 5 * "'" + r"(x) = \cos(x)"),
    (SCALAR, r"\frac{d}{dx}\left(\frac{d}{dx}\sin(100x)\right) = -10000\sin(100x)"),
    (SCALAR, r"\frac{d}{dx} (\mathrm{i} x) = \mathrm{i}"), (SCALAR, r"\frac{d}{de}\left(\frac{1}{2} e^2\right) = e"),
    (SCALAR, r"\sum_{e=1}^{3} e^2 = 14"), (SCALAR, r"\pi \approx 3"), (SCALAR, r"7.2 \approx 7"),
    (SCALAR, r"-12.3 \approx -12"), ("sizes=2-2-2-2-2", r"(-1)^l n_l = n_l, \quad l = 0, 2, \dots, L"),
    (SCALAR, r"\sqrt{x^2} \ge x"), (SCALAR, r"\frac{d}{dx} \ln(x) = \frac{1}{x}, \quad x > 0"),
]

ENDLESS = [  # these ended in a traceback, or took long
    r"\mathbb{R} = 1", r"\mathbb{R}^{n_1} = b^{(1)}", r"W^{(1)} \in \mathbb{R}^{n_1 \times n_0} \ne x",
    r"\mathbf 1_{99999} \mathbf 1_{99999}^\top = 1", ("sizes=99999-99999", "x = 1"),
    r"a^{(0.5)} = x", r"f_{0.5}(x_1) = 1", "n_{1.5} = 2", r"\sum_{k=1}^{1.5} a_k^{(1)} = 3",
    "1" * 4400 + " = x",
    (SCALAR, r"\sum_{k=1}^{5000} \frac{x^2}{k^2} \le 2x^2"), (SCALAR, r"\sum_{k=1}^{999999} k \ge 0"),
    r"\|\frac{\partial\delta^{(1)}}{\partial z^{(1)}}\| > -1",
    (SCALAR, r"\frac{d}{dx}(" * 8 + "x^9" + ")" * 8 + " = 0"),
    (SCALAR, r"\sigma" + 12 * "'" + "(z) = 1"), r"I_{5000} = I_{5000} + 0",
    (r"scalar where u \in \mathbb{R}^{50000000}", "x = 1"), (r"generic where s^{(l)} = W_{11}^{(l)}", "s = 1"),
    ("generic where x = C(1, 2)", "x = 1"), ("neuron where x = f(2)", "z = 1"),
    r"\delta_{i,I_3} = x_i", ("sizes=300-300", r"\delta^{(1)} = \frac{\partial C}{\partial z^{(1)}}"),
    ("sizes=784-30-10", r"\Delta^{(1)} = \Delta^{(2)} W^{(2)} \odot f_1'(Z^{(1)})"),
    ("sizes=784-30-10", r"\frac{\partial C}{\partial W^{(l)}} = \delta^{(l)} a^{(l-1)\top}"),
]
