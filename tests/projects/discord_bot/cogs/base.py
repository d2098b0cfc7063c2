import typing

TOKEN = ""
if typing.TYPE_CHECKING:
    Minutes = int
else:

    class Minutes:
        @classmethod
        async def convert(cls, ctx, argument):
            return cls.counted(argument)

        @classmethod
        def counted(cls, argument):
            return int(argument)

        @classmethod
        def uncounted(cls, argument):  # expect: unreached
            return argument
