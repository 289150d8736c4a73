using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;

namespace CaBridge.Server.Queries;

/// <summary><c>ListSearches</c>: a page is what ranks highest behind the last entry of the page before, whose rank is the token.</summary>
internal sealed class SearchesQuestion(ListSearchesRequest request)
{
    private const int PlaceBits = 30;
    private const long PlaceMask = (1L << PlaceBits) - 1;

    private readonly HostOrEndpoint? _client = HostField.Read(request.Client, "client");
    private readonly PvGlob? _pv = request.Pv.Length == 0 ? null : PvGlob.Parse(request.Pv);
    private readonly Page _page = Page.Of(request.PageSize, request.PageToken);

    /// <summary>Asked on the loop; looks at every entry of the table.</summary>
    public ListSearchesResponse Answer(LiveState state)
    {
        var table = state.Statistics.Searches;
        var highest = new PriorityQueue<int, long>();
        var isMore = false;
        for (var place = 0; place < table.Count; place++)
        {
            ref readonly var activity = ref table.ValueAt(place);
            var rank = RankOf(activity.Tries, place);
            if (rank >= (_page.Offset ?? long.MaxValue) || !IsWanted(table.KeyAt(place), in activity))
            {
                continue;
            }

            if (highest.Count < _page.Size)
            {
                highest.Enqueue(place, rank);
                continue;
            }

            isMore = true;
            if (highest.TryPeek(out _, out var lowest) && rank > lowest)
            {
                highest.DequeueEnqueue(place, rank);
            }
        }

        return Describe(table, highest, isMore);
    }

    /// <summary>By tries, of as many tries by place: the lower one first.</summary>
    private static long RankOf(long tries, int place) => (tries << PlaceBits) | (PlaceMask - place);

    private static ListSearchesResponse Describe(
        RecentTable<(Endpoint Client, string Pv), SearchActivity> table, PriorityQueue<int, long> highest, bool isMore)
    {
        var response = new ListSearchesResponse();
        if (isMore && highest.TryPeek(out _, out var lowest))
        {
            response.NextPageToken = Page.Token(lowest);
        }

        var ranked = new Search[highest.Count];
        for (var at = ranked.Length - 1; at >= 0; at--)
        {
            var place = highest.Dequeue();
            ranked[at] = Describe(table.KeyAt(place), in table.ValueAt(place));
        }

        response.Searches.AddRange(ranked);
        return response;
    }

    private static Search Describe((Endpoint Client, string Pv) searched, in SearchActivity activity) => new()
    {
        Client = searched.Client.AddressText(),
        Pv = searched.Pv,
        Tries = activity.Tries,
        Requests = activity.Requests,
        Answered = activity.Answered,
        FirstSeen = activity.FirstSeen.ToTimestamp(),
        LastSeen = activity.LastSeen.ToTimestamp(),
    };

    private bool IsWanted((Endpoint Client, string Pv) searched, in SearchActivity activity) =>
        (!request.UnansweredOnly || activity.Answered == 0)
        && _client?.Matches(searched.Client) != false
        && _pv?.IsMatch(searched.Pv) != false;
}
