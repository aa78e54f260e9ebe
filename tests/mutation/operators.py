# SPDX-License-Identifier: GPL-3.0-or-later
"""Slips that a C programmer makes, one at a time: every place of a source where each can be made.
Works on the text, not on a syntax tree: the house style (one statement a line, binary operators
between blanks, functions that begin and end in the first column) is what it relies upon. What then
does not compile is counted by the caller as not built."""
import collections
import re

# A change of text[at:end] to new; kind names the operator.
Mutant = collections.namedtuple("Mutant", "kind at end new")

# Places where a change cannot be told from no change, or is for another check to see.
MESSAGES = r"\bpbr_(?:error|warn|note|report\w*|text_print\w*)|\b\w*printf"
WORDS = "the words of a message"
REMOVABLE = (WORDS,)
SKIPPED_CALLS = [
    (re.compile(r"\b(?:static_)?assert\w*\("), "an assertion"),
    (re.compile(rf"(?:{MESSAGES})\("), WORDS),
    (re.compile(r"\b(?:__builtin_(?:prefetch|expect)|posix_fadvise|madvise|pbr_prefetch)\("),
     "advice to the machine"),
    (re.compile(r"\bpbr_(?:alloc|grow|arena_alloc|arena_new|room)\w*\("),
     "the size of memory: too little is for the address sanitizer, too much is not wrong"),
]
RELEASE = re.compile(r"(?:free|mpq_clears?|mpz_clears?|munmap|fclose|close|pthread_\w+_destroy|"
                     r"pbr_\w+_(?:free|clear|close|destroy))\(")
IN_ANY_ORDER = re.compile(r"mp[qz]_(?:inits|clears|add)\(")
RELEASE_REASON = "a release: leaks are for the address sanitizer"

RELATIONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"),
             "==": ("!=",), "!=": ("==",)}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "|": "&", "&": "|", "^": "&",
              "<<": ">>", ">>": "<<", "+=": "-=", "-=": "+=", "*=": "+=", "|=": "&=", "&=": "|="}
ORDER = re.compile(r"\? -1 : 1\b")  # of two things: only the sign is looked at
DATES = r"(?:from|to|day|start|end|until|as_at|snapshot|ripe_on|date|proved|committed|\w+_(?:end|day|on))"


def masked(text):
    """The text with comments, literals and preprocessor lines blanked, of the same length."""
    blank = lambda found: re.sub(r"[^\n]", " ", found.group())
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|'
                  r"^[ \t]*#(?:\\\n|[^\n])*", blank, text, flags=re.S | re.M)


def functions(code):
    """(begin, end, head) of each function's body."""
    for found in re.finditer(r"^(\w[^;{}]*\))\s*\n?\{\n(.*?)^\}", code, flags=re.S | re.M):
        yield found.start(2), found.end(2), " ".join(found.group(1).split())


def closing(code, at):
    """Where the bracket that opens at `at` closes."""
    depth = 0
    for place in range(at, len(code)):
        depth += code[place] in "([{"
        depth -= code[place] in ")]}"
        if depth == 0:
            return place
    raise ValueError("a bracket is not closed")


def skipped_spans(code):
    return [(found.start(), closing(code, found.end() - 1), reason)
            for pattern, reason in SKIPPED_CALLS for found in pattern.finditer(code)]


def relations(code, begin, end):
    for found in re.finditer(r" (<=|>=|==|!=|<|>) ", code[begin:end]):
        at = begin + found.start(1)
        for new in RELATIONS[found.group(1)]:
            kind = "boundary" if {found.group(1), new} in ({"<", "<="}, {">", ">="}) else "relation"
            yield Mutant(kind, at, begin + found.end(1), new)


def logic(code, begin, end):
    for found in re.finditer(r"&&|\|\|", code[begin:end]):
        new = "||" if found.group() == "&&" else "&&"
        yield Mutant("logic", begin + found.start(), begin + found.end(), new)
    for found in re.finditer(r"\b(true|false)\b", code[begin:end]):
        new = "false" if found.group() == "true" else "true"
        yield Mutant("boolean", begin + found.start(), begin + found.end(), new)


def arithmetic(code, begin, end):
    for found in re.finditer(r" (\+=|-=|\*=|\|=|&=|<<|>>|[-+*/%|&^]) ", code[begin:end]):
        yield Mutant("arithmetic", begin + found.start(1), begin + found.end(1),
                     ARITHMETIC[found.group(1)])
    for found in re.finditer(r"\+\+|--", code[begin:end]):
        new = "--" if found.group() == "++" else "++"
        yield Mutant("arithmetic", begin + found.start(), begin + found.end(), new)


def constants(code, begin, end):
    for found in re.finditer(r"(?<![\w.])(\d+)([uU]?[lL]{0,2})(?![\w.])", code[begin:end]):
        at, value = begin + found.start(1), int(found.group(1))
        of_order = ORDER.search(code, max(begin, at - 12), at + 12)
        if not (of_order and value == 1):
            yield Mutant("constant", at, begin + found.end(1), str(value + 1))
        if value:
            yield Mutant("constant", at, begin + found.end(1), str(value - 1))


def dates(code, begin, end):
    """A day one later, where a member is handed over or taken."""
    for found in re.finditer(rf"[=(,?:] ?((?:\w+(?:\[[^]]*\])?(?:->|\.))+{DATES})(?=[,;)])",
                             code[begin:end]):
        if not re.search(r"&$", code[:begin + found.start(1)]):
            yield Mutant("date", begin + found.end(1), begin + found.end(1), " + 1")


def conditions(text, code, begin, end):
    for found in re.finditer(r"\bif \(", code[begin:end]):
        opening = begin + found.end() - 1
        inner = text[opening + 1:closing(code, opening)]
        for new in (f"!({inner})", "false", "true"):
            yield Mutant("condition", opening + 1, opening + 1 + len(inner), new)


def is_in_brackets(code, begin, at):
    """Between the brackets of a `for`, or of a call."""
    return code.count("(", begin, at) != code.count(")", begin, at)


def statements(code, begin, end):
    """Whole statements that do something: calls, assignments, continue, break."""
    for found in re.finditer(r"(?<=[;{})\n:e])\s+(?=[\w*(])", code[begin:end]):
        at = begin + found.end()
        before = code[:at].rstrip()
        if before[-1] not in ";{})" and not before.endswith("else") and not before.endswith(":"):
            continue
        rest = re.match(r"[^;{}]*;", code[at:end])
        if not rest or re.match(r"(?:return|if|for|while|do|else|switch|case|default|static|const|struct|enum|goto)\b",
                                rest.group()):
            continue
        if re.match(r"\w+\s+\**\w+\s*[=;,\[(]|\w+ (?:const )?\*", rest.group()):
            continue  # a declaration
        if before[-1] == ")" and not re.search(r"\n[^\n]*\b(?:if|for|while)\b[^;{}]*$", before):
            continue
        if rest.group().count("(") != rest.group().count(")") or is_in_brackets(code, begin, at):
            continue
        yield Mutant("statement", at, at + rest.end(), ";")


def arguments(code, opening):
    """(begin, end) of each argument of the call whose bracket opens there."""
    last, depth, begin, found = closing(code, opening), 0, opening + 1, []
    for place in range(opening + 1, last + 1):
        if place == last or (code[place] == "," and depth == 0):
            found.append((begin, place))
            begin = place + 1
        depth += code[place] in "([{"
        depth -= code[place] in ")]}"
    return found


def swaps(text, code, begin, end):
    for found in re.finditer(r"\b(?!if|for|while|switch|return|sizeof)\w+\(", code[begin:end]):
        if IN_ANY_ORDER.match(found.group()):
            continue
        parts = arguments(code, begin + found.end() - 1)
        for (a, b), (c, d) in zip(parts, parts[1:]):
            left, right = text[a:b].strip(), text[c:d].strip()
            if left and right and left != right:
                blank = " " * (len(text[a:b]) - len(text[a:b].lstrip()))
                yield Mutant("arguments", a, d, f"{blank}{right}, {left}")


def returns(text, code, begin, end, head):
    kind = re.sub(r"\b(?:static|inline|const)\b", "", head.split("(")[0]).split()
    for found in re.finditer(r"\breturn\b ?([^;]*);", code[begin:end]):
        at, stop = begin + found.start(), begin + found.end()
        value = found.group(1)
        if not value:
            yield Mutant("return", at, stop, ";")
        elif "*" in head.split("(")[0]:
            if value != "NULL":
                yield Mutant("return", at, stop, "return NULL;")
        elif value not in ("true", "false"):
            own = text[begin + found.start(1):begin + found.end(1)]
            yield Mutant("return", at, stop,
                         f"return !({own});" if kind[0] == "bool" else f"return ({own}) + 1;")


def reason_to_skip(mutant, code, spans):
    if mutant.kind == "statement" and RELEASE.match(code, mutant.at):
        return RELEASE_REASON
    for first, last, reason in spans:
        # The call itself may be left out, what it says may not be changed.
        if first < mutant.at < last or (first == mutant.at and reason not in REMOVABLE):
            return reason
    return None


def mutants(text):
    """(mutants, reasons of those left out with their counts)"""
    code = masked(text)
    spans, out, left = skipped_spans(code), [], collections.Counter()
    for begin, end, head in functions(code):
        found = [*relations(code, begin, end), *logic(code, begin, end),
                 *arithmetic(code, begin, end), *constants(code, begin, end),
                 *dates(code, begin, end), *conditions(text, code, begin, end),
                 *statements(code, begin, end), *swaps(text, code, begin, end),
                 *returns(text, code, begin, end, head)]
        for mutant in found:
            reason = reason_to_skip(mutant, code, spans)
            if reason:
                left[reason] += 1
            else:
                out.append(mutant)
    return out, left


def applied(text, mutant):
    return text[:mutant.at] + mutant.new + text[mutant.end:]


def shown(text, mutant):
    """(line number, the code that was, the code that is), as one line each."""
    begin = text.rfind("\n", 0, mutant.at) + 1
    end = text.find("\n", max(mutant.end, mutant.at + 1) - 1)
    was = " ".join(text[begin:end].split())
    now = " ".join((text[begin:mutant.at] + mutant.new + text[mutant.end:end]).split())
    return text.count("\n", 0, mutant.at) + 1, was, now
