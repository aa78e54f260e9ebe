# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the plain YAML that contracts are written in: block maps and lists, one-line flow maps and
lists, quoted and plain scalars, and folded text. Every scalar comes back as text: what "yes", 0.95
or 2015Q4 means is for the reader to say. Anything else is an error that names the line."""


class Problem(ValueError):
    pass


def load(path):
    with open(path, encoding="utf-8") as file:
        lines = [(number, *split_indent(text)) for number, text in enumerate(file, 1)]
    lines = [line for line in lines if line[2] and not line[2].startswith("#")]
    value, rest = block(lines, 0, 0)
    if rest != len(lines):
        raise Problem(f"{path}:{lines[rest][0]}: this line stands at no level of the file")
    return value


def split_indent(text):
    text = strip_comment(text.rstrip("\r\n"))
    body = text.lstrip(" ")
    if body.startswith("\t"):
        raise Problem("a tab indents a line")
    return len(text) - len(body), body.rstrip()


def strip_comment(text):
    quote = ""
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'" and (at == 0 or text[at - 1] in " [{,:"):
            quote = letter
        elif letter == "#" and (at == 0 or text[at - 1] == " "):
            return text[:at]
    return text


def block(lines, at, indent):
    """The map or list whose lines stand at `indent`, and the index of the first line after it."""
    if lines[at][2].startswith("- "):
        return block_list(lines, at, indent)
    return block_map(lines, at, indent)


def block_list(lines, at, indent):
    items = []
    while at < len(lines) and lines[at][1] == indent and lines[at][2].startswith("- "):
        number, _, body = lines[at]
        inner = body[2:].lstrip()
        if ":" in inner and inner[0] not in "\"'{[":
            lines[at] = (number, indent + len(body) - len(inner), inner)
            item, at = block_map(lines, at, lines[at][1])
        else:
            item, at = flow(inner, number), at + 1
        items.append(item)
    return items, at


def block_map(lines, at, indent):
    result = {}
    while at < len(lines) and lines[at][1] == indent and not lines[at][2].startswith("- "):
        number, _, body = lines[at]
        key, colon, text = body.partition(":")
        key, text, at = unquote(key.strip()), text.strip(), at + 1
        if not colon or key in result:
            raise Problem(f"line {number}: a key is repeated or has no colon: {body}")
        if text in (">", ">-", "|", "|-"):
            result[key], at = folded(lines, at, indent)
        elif text:
            result[key] = flow(text, number)
        elif at < len(lines) and (
            lines[at][1] > indent or (lines[at][1] == indent and lines[at][2].startswith("- "))
        ):
            result[key], at = block(lines, at, lines[at][1])
        else:
            result[key] = ""
    return result, at


def folded(lines, at, indent):
    words = []
    while at < len(lines) and lines[at][1] > indent:
        words.append(lines[at][2])
        at += 1
    return " ".join(words), at


def flow(text, number):
    value, rest = flow_value(text, 0, number, "")
    if text[rest:].strip():
        raise Problem(f"line {number}: cannot read {text}")
    return value


def flow_value(text, at, number, stops):
    while at < len(text) and text[at] == " ":
        at += 1
    if text[at : at + 1] == "[":
        return flow_list(text, at + 1, number)
    if text[at : at + 1] == "{":
        return flow_map(text, at + 1, number)
    if text[at : at + 1] in ('"', "'"):
        end = text.index(text[at], at + 1)
        return text[at + 1 : end], end + 1
    end = at
    while end < len(text) and text[end] not in stops:
        end += 1
    return text[at:end].strip(), end


def flow_list(text, at, number):
    items = []
    while True:
        at = skip(text, at, " ,")
        if at >= len(text):
            raise Problem(f"line {number}: a list does not end on its line")
        if text[at] == "]":
            return items, at + 1
        item, at = flow_value(text, at, number, ",]")
        items.append(item)


def flow_map(text, at, number):
    result = {}
    while True:
        at = skip(text, at, " ,")
        if at >= len(text):
            raise Problem(f"line {number}: a map does not end on its line")
        if text[at] == "}":
            return result, at + 1
        key, at = flow_value(text, at, number, ":")
        result[key], at = flow_value(text, skip(text, at, ": "), number, ",}")


def skip(text, at, letters):
    while at < len(text) and text[at] in letters:
        at += 1
    return at


def unquote(text):
    return text[1:-1] if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] else text
