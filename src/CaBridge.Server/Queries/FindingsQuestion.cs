using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;
using Finding = CaBridge.Analysis.Findings.Finding;
using FindingOrder = CaBridge.Analysis.Findings.FindingOrder;

namespace CaBridge.Server.Queries;

/// <summary><c>ListFindings</c>.</summary>
internal sealed class FindingsQuestion(ListFindingsRequest request)
{
    private readonly FindingSelection _selection = new(request.Filter);
    private readonly Page _page = Page.Of(request.PageSize, request.PageToken);

    /// <summary>Asked on the loop.</summary>
    public ListFindingsResponse Answer(LiveState state)
    {
        var all = FindingPage.InOrder(state.Findings.Of(_selection.DemandSensor(state)).Where(item => _selection.Matches(item.Finding)));
        var (items, next) = _page.Cut(all);
        var told = FindingPage.Fitting(items).ToList();
        return new ListFindingsResponse
        {
            Findings = { told },
            NextPageToken = told.Count < items.Count ? Page.Token(Math.Max(_page.Offset ?? 0, 0) + told.Count) : next,
        };
    }
}

/// <summary>Findings of an answer: they name up to a thousand PVs each.</summary>
internal static class FindingPage
{
    private const int MaxBytes = 1024 * 1024;

    public static IReadOnlyList<(Finding Finding, string Sensor)> InOrder(IEnumerable<(Finding Finding, string Sensor)> findings) =>
        [.. findings.OrderBy(item => item.Finding, FindingOrder.MostImportantFirst)];

    /// <summary>As many as fit, one at least.</summary>
    public static IEnumerable<Contracts.V1.Finding> Fitting(IReadOnlyList<(Finding Finding, string Sensor)> findings)
    {
        var bytes = 0;
        for (var at = 0; at < findings.Count; at++)
        {
            var message = findings[at].Finding.ToMessage(findings[at].Sensor);
            bytes += message.CalculateSize();
            if (at > 0 && bytes > MaxBytes)
            {
                yield break;
            }

            yield return message;
        }
    }
}
