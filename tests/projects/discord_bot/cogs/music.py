from discord.ext import commands

from cogs.base import Minutes


class Music(commands.Cog):
    def cog_unload(self):
        self.stop_all()

    async def __lockout(self):
        return None

    async def __lockin(self):  # expect: unreached
        return None

    def stop_all(self):
        return None

    def stop_some(self):  # expect: unreached
        return None

    @commands.command()
    async def play(self, ctx, minutes: Minutes):
        await ctx.send("playing")

    @commands.Cog.listener()
    async def on_voice_state_update(self, member, before, after):
        return member


class OldMusic(commands.Cog):  # expect: unreached
    @commands.command()
    async def sing(self, ctx):
        return None


async def setup(bot):
    await bot.add_cog(Music())
