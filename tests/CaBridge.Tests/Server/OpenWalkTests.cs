using CaBridge.Contracts.V1;
using CaBridge.Server.Queries;

namespace CaBridge.Tests.Server;

/// <summary>Pages of a list that is too long to be looked at at once.</summary>
[TestFixture]
internal sealed class OpenWalkTests
{
    [Test]
    public void Page_that_finds_nothing_ends_and_the_next_goes_on()
    {
        const int Channels = (2 * OpenWalk.MaxLooks) + 10;
        var state = ManyChannels.Of(Channels);
        var request = new ListChannelsRequest { Pv = $"many:{Channels - 1}" };
        var found = new List<int>();
        do
        {
            var page = new ChannelsQuestion(request).Answer(state);
            found.Add(page.Channels.Count);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.That(found, Is.EqualTo([0, 0, 1]));
    }

    [Test]
    public void Pages_together_are_all_channels([Values(1, 50, 1000)] int size)
    {
        const int Channels = 2500;
        var state = ManyChannels.Of(Channels);
        var request = new ListChannelsRequest { PageSize = size };
        var names = new HashSet<string>(StringComparer.Ordinal);
        do
        {
            var page = new ChannelsQuestion(request).Answer(state);
            Assert.That(page.Channels, Has.Count.AtMost(size));
            Assert.That(page.Channels.Select(channel => names.Add(channel.Pv)), Has.All.True);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.That(names, Has.Count.EqualTo(Channels));
    }

    [TestCase("9223372036854775807")]
    [TestCase("4294967296")]
    [TestCase("2147483647")]
    public void Token_beyond_the_end_gives_the_last_page(string token)
    {
        var page = new ChannelsQuestion(new ListChannelsRequest { PageToken = token }).Answer(ManyChannels.Of(5));

        Assert.That((page.Channels.Count, page.NextPageToken), Is.EqualTo((0, "")));
    }
}
