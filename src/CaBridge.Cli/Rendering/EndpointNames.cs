using CaBridge.Analysis;

namespace CaBridge.Cli.Rendering;

/// <summary>The texts of endpoints, each made once as long as there are not too many.</summary>
/// <param name="text">Makes one.</param>
internal sealed class EndpointNames(Func<Endpoint, string> text)
{
    private const int MaxRemembered = 16_384;

    private readonly Dictionary<Endpoint, string> _names = [];

    public string Of(Endpoint endpoint)
    {
        if (_names.TryGetValue(endpoint, out var name))
        {
            return name;
        }

        if (_names.Count == MaxRemembered)
        {
            _names.Clear();
        }

        return _names[endpoint] = text(endpoint);
    }
}
