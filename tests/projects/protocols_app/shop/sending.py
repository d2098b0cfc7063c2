from shop.ports import Sender
from shop.senders import Bill, Mail, Radio, Text


def broadcast(senders: list[Sender]):
    for one in senders:
        receipt = one.send(one.address)
        receipt.confirm(), receipt.print_out()


def run():
    broadcast([Mail(), Text("b")])
    Radio().tune()
    Bill().tear()
