import discord
from discord.ext import commands

from cogs import base


class Bot(commands.Bot):
    async def setup_hook(self):
        for name in ("music", "admin"):
            await self.load_extension(f"cogs.{name}")

    async def on_message(self, message):
        await self.greet(message)

    async def check(self, cog):
        return await getattr(cog, f"_{type(cog).__name__}__lockout")()

    async def on_ready(self):
        await self.check(self.get_cog("Music"))

    async def greet(self, message):
        return message

    async def part(self, message):  # expect: unreached
        return message


class Volume(discord.ui.View):
    @discord.ui.button(label="up")
    async def up(self, interaction, button):
        await self.changed(1)

    async def on_timeout(self):
        return None

    async def changed(self, by):
        return by

    async def muted(self):  # expect: unreached
        return 0


class Loud(discord.ui.View):  # expect: unreached
    async def interaction_check(self, interaction):
        return True


if __name__ == "__main__":
    Bot(command_prefix="!").run(base.TOKEN)
    print(Volume())
