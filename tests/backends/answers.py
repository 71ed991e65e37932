"""What a bot may answer to an order, and what each answer proves: few for every kind of order, many for one kind."""

from __future__ import annotations

from gunbot_tui.model.command import HandedOver, Outcome, Refused, Unknown
from tests.backends.wire_server import NO_LOGIN, RESET, RESET_BEFORE_BODY, SENT, Reply, cut, page, raw, says

TO_EVERY_TRADE: dict[str, tuple[Reply, type[Outcome]]] = {
    "order sent": (SENT, HandedOver),
    "h01 400 with an error": (says({"status": "error", "message": "Invalid input"}, 400), Refused),
    "h02 400 as a page": (page(400), Unknown),
    "h04 401": (NO_LOGIN, Refused),
    "h08 429 empty": (raw(b"", 429, Retry_After="1"), Unknown),
    "h09 500": (says({"status": "error", "message": "Invalid input"}, 500), Unknown),
    "h09 502": (page(502), Unknown),
    "h11 200 with an error": (says({"status": "error", "message": "no funds"}), Refused),
    "h12 200 as a page": (page(), Unknown),
    "h13 200 empty": (raw(b""), Unknown),
    "h13 200 nothing": (says({}), Unknown),
    "h14 success without words": (says({"status": "success"}), HandedOver),
    "h15 202 nothing": (says({}, 202), Unknown),
    "h16 success as plain text": (raw(b'{"status":"success"}', 200, "text/plain"), HandedOver),
    "h17 a long error": (says({"status": "error", "message": "x" * 100_000}, 400), Refused),
    "t03 reset before": (RESET_BEFORE_BODY, Unknown),
    "t04 reset after": (RESET, Unknown),
    "t05 cut off": (cut({"status": "success", "message": "Order sent"}), Unknown),
    "t14 moved": (raw(b"", 302, Location="http://127.0.0.1:1/"), Unknown),
}
ERROR = {"status": "error", "message": "Not enough [b]USDT[/b]\x1b[2J"}

TO_A_BUY: dict[str, tuple[Reply, type[Outcome]]] = {
    "success": (SENT, HandedOver),
    "success without words": (says({"status": "success"}), HandedOver),
    "success in another language": (says({"status": "success", "message": "Auftrag gesendet"}), HandedOver),
    "created with success": (says({"status": "success"}, 201), HandedOver),
    "success as plain text type": (raw(b'{"status":"success"}', 200, "text/plain"), HandedOver),
    "refusal": (says(ERROR, 400), Refused),
    "refusal inside a 200": (says(ERROR), Refused),
    "too many, said properly": (says(ERROR, 429), Refused),
    "no login": (NO_LOGIN, Refused),
    "400 as a page": (page(400), Unknown),
    "400 empty": (raw(b"", 400), Unknown),
    "400 in another shape": (says({"detail": "timed out"}, 400), Unknown),
    "request timeout": (says(ERROR, 408), Unknown),
    "429 empty": (raw(b"", 429), Unknown),
    "500 that says error": (says(ERROR, 500), Unknown),
    "502 page": (page(502), Unknown),
    "503 that says success": (says({"status": "success"}, 503), Unknown),
    "200 page": (page(), Unknown),
    "200 empty": (raw(b""), Unknown),
    "200 null": (says(None), Unknown),
    "200 nothing": (says({}), Unknown),
    "200 half a success": (raw(b'{"status":"succ'), Unknown),
    "200 both": (raw(b'{"status":"error","status":"success"}'), Unknown),
    "200 deep": (raw(b"[" * 50_000), Unknown),
    "204": (Reply((b"HTTP/1.1 204 No Content\r\n\r\n",)), Unknown),
    "compressed": (raw(b'{"status":"success"}', Content_Encoding="gzip"), Unknown),
    "too large": (raw(b" " * 2_000_000 + b'{"status":"success"}'), Unknown),
    "moved": (raw(b"", 301, Location="http://127.0.0.1:1/elsewhere"), Unknown),
    "moved with body kept": (raw(b"", 307, Location="http://127.0.0.1:1/elsewhere"), Unknown),
    "reset": (RESET, Unknown),
    "reset before the body was read": (RESET_BEFORE_BODY, Unknown),
    "closed": (Reply(ending="close"), Unknown),
    "cut and reset": (cut({"status": "success", "message": "Order sent"}), Unknown),
    "cut and closed": (cut({"status": "success", "message": "Order sent"}, "close"), Unknown),
    "not http": (Reply((b"SSH-2.0-OpenSSH_9.6\r\n",), "close"), Unknown),
}
