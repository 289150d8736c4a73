namespace CaBridge.Cli.Live.Top;

/// <summary>Answers for a screen: a server, or a capture in this process.</summary>
internal interface ITopSource : IDisposable
{
    /// <exception cref="Agent.AgentException">There will be no answer; the message is for the user.</exception>
    Task<TopSnapshot> AskAsync(TopQuestion question, CancellationToken cancel);
}
